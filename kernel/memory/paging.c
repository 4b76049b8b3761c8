/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine's own page tables: what is mapped at boot, and how a CPU comes to use them.
 * paging_table.c has the tables themselves.
 *
 * A CPU whose TLB may hold what has been taken away is not interrupted: it compares its epoch
 * with the global one before it runs a new thread.
 */
#include "kernel/memory/paging.h"

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/errno.h"
#include "kernel/base/image.h"
#include "kernel/base/panic.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/x86.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/mtrr.h"
#include "kernel/memory/paging_entry.h"
#include "kernel/memory/paging_table.h"

/* PAT entries (SDM vol. 3 §11.12.2): 0 WB, 1 WC, 2 UC-, 3 UC; 4–7 the same. */
#define PAT_VALUE 0x0007010600070106ULL

/* What a page fault by a stale entry of the TLB may say. */
#define FAULT_BY_STALE_ENTRY (FAULT_PRESENT | FAULT_WRITE | FAULT_FETCH)

#define DEFAULT_ADDRESS_BITS 36

static uint64_t root_table[PAGING_ENTRIES] __attribute__((aligned(PAGE_4K)));
static struct spinlock paging_lock = SPINLOCK_INIT;
static uint64_t epoch = 1;
static unsigned address_bits = DEFAULT_ADDRESS_BITS;
static uint64_t identity_end;			    /* of all that was ever mapped */
static uint64_t identity_limit = PAGING_SPACE_END; /* the program's own range begins there */
static bool has_opened;				    /* and it has addresses within the map */

/* boot/long_mode.asm maps the first 4 GB; until these tables are in use no more can be written. */
static uint64_t table_limit = 4 * GB;

static void *
table_grant(void)
{
	void *table = memory_grant_scrap(PAGE_4K, table_limit);

	return table != NULL ? table : memory_grant_below(PAGE_4K, PAGE_4K, table_limit);
}

static struct mtrr_state mtrrs;

static bool
page_allowed(uint64_t base, uint64_t size)
{
	return mtrr_page_is_uniform(&mtrrs, base, size);
}

static struct paging_tree tree = {
	.root = root_table,
	.table_grant = table_grant,
	.page_allowed = page_allowed,
};

unsigned
paging_address_bits(void)
{
	return address_bits;
}

uint32_t
paging_root(void)
{
	return (uint32_t)(uint64_t)root_table;
}

static void
map_section(const uint8_t *start, const uint8_t *end, unsigned flags)
{
	if (start != end && paging_map((uint64_t)start, (uint64_t)(end - start), flags) != 0)
		panic("paging: no memory to map the image");
}

static void
map_image(void)
{
	map_section(image_start, text_start, 0);
	map_section(text_start, text_end, PAGING_EXECUTE);
	map_section(rodata_start, rodata_end, 0);
	map_section(data_start, boot_stack_guard, PAGING_WRITE);
	map_section(boot_stack_guard + PAGE_4K, image_end, PAGING_WRITE);
}

/* RAM but for what the image's sections map their own way; firmware's tables to read only. */
static void
map_range(const struct boot_memory_range *range)
{
	uint64_t base = ALIGN_UP(MAX(range->base, PAGE_4K), PAGE_4K);
	uint64_t end = ALIGN_DOWN(range->base + range->length, PAGE_4K);
	uint64_t hole = (uint64_t)image_start;
	uint64_t hole_end = (uint64_t)image_end;
	unsigned flags = range->type == BOOT_MEMORY_RAM ? PAGING_WRITE : 0;
	int error = 0;

	if (range->type == BOOT_MEMORY_ACPI_RECLAIMABLE || range->type == BOOT_MEMORY_ACPI_NVS) {
		base = ALIGN_DOWN(MAX(range->base, PAGE_4K), PAGE_4K);
		end = ALIGN_UP(range->base + range->length, PAGE_4K);
	} else if (range->type != BOOT_MEMORY_RAM) {
		return;
	}
	if (base < MIN(end, hole))
		error = paging_map(base, MIN(end, hole) - base, flags);
	if (error == 0 && MAX(base, hole_end) < end)
		error = paging_map(MAX(base, hole_end), end - MAX(base, hole_end), flags);
	if (error != 0)
		panic("paging: mapping %#lx..%#lx: error %d", base, end, -error);
}

static void
read_features(void)
{
	uint32_t highest = cpuid(0x80000000, 0).eax;

	if (highest >= CPUID_EXTENDED_FEATURES)
		tree.pages_1g = cpuid(CPUID_EXTENDED_FEATURES, 0).edx &
				CPUID_EXTENDED_FEATURES_EDX_1G_PAGES;
	if (highest >= CPUID_ADDRESS_SIZES)
		address_bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
	mtrr_read(&mtrrs, address_bits);
}

void
paging_init(void)
{
	read_features();
	if (paging_map(MEMORY_BIOS_AREA, MEMORY_BIOS_AREA_END - MEMORY_BIOS_AREA, 0) != 0)
		panic("paging: no memory to map the BIOS area");
	for (unsigned i = 0; i < boot_info.memory_count; i++)
		map_range(&boot_info.memory[i]);
	map_image();
	paging_load();
	table_limit = UINT64_MAX;
}

void
paging_load(void)
{
	msr_write(MSR_PAT, PAT_VALUE);
	msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_NXE);
	cr0_write(cr0_read() | CR0_WP);
	cr3_write((uint64_t)root_table);
}

bool
paging_is_loaded(void)
{
	return cr3_read() == (uint64_t)root_table;
}

/* Widens a range to pages; -EINVAL when it is none, or cannot be mapped. */
static int
page_range(uint64_t *base, uint64_t length, uint64_t *end)
{
	if (length == 0 || __builtin_add_overflow(*base, length, end))
		return -EINVAL;
	*base = ALIGN_DOWN(*base, PAGE_4K);
	*end = ALIGN_UP(*end, PAGE_4K);
	if (*base < PAGE_4K || *end <= *base || *end > 1ULL << MIN(address_bits, 47u))
		return -EINVAL;
	return 0;
}

/* Invalidates what this CPU has in its TLB, and has the others do so in their own time. */
static void
note_stale(uint64_t base, uint64_t end)
{
	if (!tree.reduced)
		return;
	tree.reduced = false;
	__atomic_fetch_add(&epoch, 1, __ATOMIC_RELEASE);
	if (end - base > 64 * PAGE_4K) {
		cr3_write(cr3_read());
		return;
	}
	for (uint64_t page = base; page < end; page += PAGE_4K)
		page_invalidate(page);
}

int
paging_map(uint64_t base, uint64_t length, unsigned flags)
{
	uint64_t end, lock_flags;
	int error = page_range(&base, length, &end);

	if (error != 0)
		return error;
	lock_flags = spin_lock(&paging_lock);
	if (end <= identity_limit) {
		identity_end = MAX(identity_end, end);
		error = paging_tree_map(&tree, base, end, flags);
		note_stale(base, end);
	} else {
		error = -EINVAL;
	}
	spin_unlock(&paging_lock, lock_flags);
	return error;
}

int
paging_unmap(uint64_t base, uint64_t length)
{
	uint64_t end, lock_flags;
	int error = page_range(&base, length, &end);

	if (error != 0)
		return error;
	lock_flags = spin_lock(&paging_lock);
	error = paging_tree_unmap(&tree, base, end);
	note_stale(base, end);
	spin_unlock(&paging_lock, lock_flags);
	return error;
}

bool
paging_lookup(uint64_t address, struct paging_mapping *mapping)
{
	return paging_tree_lookup(&tree, address, mapping);
}

bool
paging_resolve(uint64_t address, uint64_t error_code)
{
	struct paging_mapping mapping;

	/* Any other reason is not in the tables: a retry would fault for ever. */
	if ((error_code & ~(uint64_t)FAULT_BY_STALE_ENTRY) || !paging_lookup(address, &mapping))
		return false;
	if ((error_code & FAULT_WRITE) && !(mapping.flags & PAGING_WRITE))
		return false;
	if ((error_code & FAULT_FETCH) && !(mapping.flags & PAGING_EXECUTE))
		return false;
	page_invalidate(address);
	return true;
}

void
paging_flush_stale(void)
{
	uint64_t now = __atomic_load_n(&epoch, __ATOMIC_ACQUIRE);
	struct cpu *cpu = cpu_this();

	if (cpu->flush_epoch == now)
		return;
	cpu->flush_epoch = now;
	cr3_write(cr3_read());
}

/* Of a CPU that stops idling and one that asks at that moment, one sees what the other has done. */
void
paging_note_idle(bool idle)
{
	(void)__atomic_exchange_n(&cpu_this()->tlb_idle, idle, __ATOMIC_SEQ_CST);
	if (!idle)
		paging_flush_stale();
}

uint64_t
paging_epoch(void)
{
	return __atomic_load_n(&epoch, __ATOMIC_SEQ_CST);
}

bool
paging_passed(unsigned cpu, uint64_t passed)
{
	const struct cpu *block = cpu_get(cpu);

	return __atomic_load_n(&block->tlb_idle, __ATOMIC_SEQ_CST) ||
	       __atomic_load_n(&block->flush_epoch, __ATOMIC_ACQUIRE) >= passed;
}

/* -- The program's own range ------------------------------------------------------------------- */

bool
paging_space_claim(uint64_t base)
{
	uint64_t flags = spin_lock(&paging_lock);
	bool is_free = identity_end <= base;

	if (is_free)
		identity_limit = MIN(identity_limit, base);
	spin_unlock(&paging_lock, flags);
	return is_free;
}

/* Split at the ends first: what is whole then can be taken out without more tables. */
int
paging_space_open(uint64_t base, uint64_t length)
{
	uint64_t lock_flags = spin_lock(&paging_lock);
	int error = paging_tree_split(&tree, base);

	if (error == 0)
		error = paging_tree_split(&tree, base + length);
	if (error == 0)
		error = paging_tree_unmap(&tree, base, base + length);
	has_opened = has_opened || error == 0;
	note_stale(base, base + length);
	spin_unlock(&paging_lock, lock_flags);
	return error;
}

int
paging_space_place(uint64_t base, uint64_t physical, uint64_t size, unsigned flags)
{
	uint64_t lock_flags = spin_lock(&paging_lock);
	int error = paging_tree_place(&tree, base, physical, size, flags);

	assert_that(base >= identity_limit || has_opened);
	spin_unlock(&paging_lock, lock_flags);
	return error;
}

bool
paging_space_is_empty(uint64_t base, uint64_t length)
{
	return paging_tree_is_empty(&tree, base, base + length);
}

int
paging_space_split(uint64_t address)
{
	uint64_t lock_flags = spin_lock(&paging_lock);
	int error = paging_tree_split(&tree, address);

	spin_unlock(&paging_lock, lock_flags);
	return error;
}

int
paging_space_protect(uint64_t *base, uint64_t end, unsigned flags)
{
	uint64_t lock_flags = spin_lock(&paging_lock);
	uint64_t from = *base;
	int error = paging_tree_protect(&tree, base, end, flags);

	assert_that(from >= identity_limit || has_opened);
	note_stale(from, *base);
	spin_unlock(&paging_lock, lock_flags);
	return error;
}

int
paging_space_release(uint64_t *base, uint64_t end, void (*freed)(uint64_t physical, uint64_t size))
{
	uint64_t lock_flags = spin_lock(&paging_lock);
	uint64_t from = *base;
	int error = paging_tree_release(&tree, base, end, freed);

	assert_that(from >= identity_limit || has_opened);
	note_stale(from, *base);
	spin_unlock(&paging_lock, lock_flags);
	return error;
}

/* The TLB keeps what an entry was when it was last looked at. */
int
paging_lend(uint64_t address, uint64_t spare)
{
	uint64_t lock_flags = spin_lock(&paging_lock), old;
	uint64_t *entry = paging_tree_entry(&tree, address);

	assert_that(IS_ALIGNED(spare, PAGE_4K));
	if (entry != NULL) {
		old = *entry;
		if (old & ENTRY_PRESENT)
			spare = old & ENTRY_ADDRESS;
		page_invalidate(address);
		entry_set(entry, spare | paging_entry_leaf_bits(1, PAGING_WRITE));
		(void)*(volatile const uint8_t *)address;
		entry_set(entry, old);
		__atomic_fetch_add(&epoch, 1, __ATOMIC_RELEASE);
	}
	spin_unlock(&paging_lock, lock_flags);
	return entry != NULL ? 0 : -ENOMEM;
}
