/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/bootinfo.c kernel/bootinfo_memory.c kernel/bootinfo_framebuffer.c */
/* SOURCES: kernel/multiboot1.c kernel/multiboot2.c kernel/pvh.c kernel/string.c */
/*
 * The three boot protocols: each builds the same machine in a loader's memory, which must arrive
 * in the same form; then every byte of it is damaged in turn, and it is cut at every length.
 */
#include <setjmp.h>

#include "kernel/panic.h"
#include "tests/unit/boot_fake.h"
#include "tests/unit/check.h"

#define ROOM 4096

static jmp_buf panicked;

/* Without a map the boot ends: the damaged ones may. */
void
panic(const char *format, ...)
{
	(void)format;
	longjmp(panicked, 1);
}

/* -- Building -------------------------------------------------------------------------------------
 */

static uint8_t built[ROOM];
static size_t used;

static uint32_t
address_now(void)
{
	return (uint32_t)(FAKE_BASE + used);
}

static void
put(const void *bytes, size_t size)
{
	memcpy(built + used, bytes, size);
	used += size;
}

static void
put32(uint32_t value)
{
	put(&value, sizeof(value));
}

static void
put64(uint64_t value)
{
	put(&value, sizeof(value));
}

static void
put_string(const char *string)
{
	put(string, strlen(string) + 1);
}

static void
at32(size_t offset, uint32_t value)
{
	memcpy(built + offset, &value, sizeof(value));
}

static void
start(void)
{
	memset(built, 0, sizeof(built));
	used = 0;
}

static const struct {
	uint64_t base, length;
	uint32_t type;
} map[] = {
	{0x100000000, 0x40000000, 1}, /* out of order */
	{0, 0x9fc00, 1},
	{0x9fc00, 0x400, 2},
	{0x100000, 0x7fe0000, 1},
	{0x80e0000, 0x10000, 3},
	{0, 0, 0x14}, /* empty */
};
#define MAP_COUNT (sizeof(map) / sizeof(map[0]))
#define MAP_COUNT_DUE 5

#define COMMAND_LINE "app.elf -l 0-3 -- -p 3"
#define MODULE_STRING "rules.cfg  one two"

static uint32_t
build_multiboot1(void)
{
	size_t modules;

	start();
	used = 116;
	at32(0, 1u << 2 | 1u << 3 | 1u << 6 | 1u << 9 | 1u << 12);
	at32(16, address_now());
	put_string(COMMAND_LINE);
	at32(64, address_now());
	put_string("a loader");
	at32(20, 2);
	at32(24, address_now());
	modules = used;
	used += 32;
	at32(modules, 0x2000000);
	at32(modules + 4, 0x2000123);
	at32(modules + 8, address_now());
	put_string(MODULE_STRING);
	at32(modules + 16, 0x3000000);
	at32(modules + 20, 0x3000000);
	at32(modules + 24, address_now());
	put_string("empty");
	at32(48, address_now());
	for (unsigned i = 0; i < MAP_COUNT; i++) {
		put32(i == 1 ? 24 : 20); /* entries may be longer than we know */
		put64(map[i].base);
		put64(map[i].length);
		put32(map[i].type);
		if (i == 1)
			put32(0);
	}
	at32(44, address_now() - FAKE_BASE - (uint32_t)(built[48] | built[49] << 8));
	at32(88, 0xfd000000);
	at32(96, 4096);
	at32(100, 1024);
	at32(104, 768);
	memcpy(built + 108, (uint8_t[]){32, 1, 16, 8, 8, 8, 0, 8}, 8);
	return MULTIBOOT1_LOADER_MAGIC;
}

/* Begins a tag of multiboot2; end_tag() fills its size in. */
static size_t
begin_tag(uint32_t type)
{
	size_t tag = used;

	put32(type);
	put32(0);
	return tag;
}

static void
end_tag(size_t tag)
{
	at32(tag + 4, (uint32_t)(used - tag));
	used = (used + 7) & ~(size_t)7;
}

static void
put_map_tag(void)
{
	size_t tag = begin_tag(6);

	put32(24);
	put32(0);
	for (unsigned i = 0; i < MAP_COUNT; i++) {
		put64(map[i].base);
		put64(map[i].length);
		put64(map[i].type);
	}
	end_tag(tag);
}

static uint32_t
build_multiboot2(void)
{
	size_t tag;

	start();
	used = 8;
	tag = begin_tag(1);
	put_string(COMMAND_LINE);
	end_tag(tag);
	tag = begin_tag(2);
	put_string("a loader");
	end_tag(tag);
	tag = begin_tag(3);
	put32(0x2000000);
	put32(0x2000123);
	put_string(MODULE_STRING);
	end_tag(tag);
	tag = begin_tag(3);
	put32(0x3000000);
	put32(0x3000000);
	put_string("empty");
	end_tag(tag);
	tag = begin_tag(4);
	put32(1);
	put32(1);
	end_tag(tag);
	put_map_tag();
	tag = begin_tag(8);
	put64(0xfd000000);
	put32(4096);
	put32(1024);
	put32(768);
	put((uint8_t[]){32, 1, 0, 0, 16, 8, 8, 8, 0, 8}, 10);
	end_tag(tag);
	tag = begin_tag(15);
	put("RSD PTR 2.0.........................", 36);
	end_tag(tag);
	tag = begin_tag(14);
	put("RSD PTR 1.0.........", 20);
	end_tag(tag);
	end_tag(begin_tag(0));
	at32(0, (uint32_t)used);
	return MULTIBOOT2_LOADER_MAGIC;
}

static uint32_t
build_pvh(void)
{
	size_t modules;

	start();
	used = 56;
	at32(0, PVH_LOADER_MAGIC);
	at32(4, 1);
	at32(12, 2);
	at32(24, address_now());
	put_string(COMMAND_LINE);
	at32(32, 0xf5a00);
	at32(16, address_now());
	modules = used;
	used += 64;
	at32(modules, 0x2000000);
	at32(modules + 8, 0x123);
	at32(modules + 16, address_now());
	put_string(MODULE_STRING);
	at32(modules + 32, 0x3000000);
	at32(40, address_now());
	at32(48, MAP_COUNT);
	for (unsigned i = 0; i < MAP_COUNT; i++) {
		put64(map[i].base);
		put64(map[i].length);
		put64(map[i].type);
	}
	return PVH_LOADER_MAGIC;
}

/* -- Checking -------------------------------------------------------------------------------------
 */

static void
collect(uint32_t magic)
{
	fake_set(built, used);
	boot_info_collect(magic, FAKE_BASE);
}

/* What must hold of boot_info whatever a loader gave. */
static void
check_sound(void)
{
	const struct boot_memory_range *ranges = boot_info.memory;

	CHECK(boot_info.memory_count > 0 && boot_info.memory_count <= BOOT_MEMORY_RANGES_MAX);
	for (unsigned i = 0; i < boot_info.memory_count; i++) {
		CHECK(ranges[i].length > 0 && ranges[i].type != 0);
		CHECK(ranges[i].base + ranges[i].length > ranges[i].base);
		if (i > 0)
			CHECK(ranges[i - 1].base + ranges[i - 1].length <= ranges[i].base);
	}
	CHECK(boot_info.module_count <= BOOT_MODULES_MAX);
	for (unsigned i = 0; i < boot_info.module_count; i++) {
		const struct boot_module *module = &boot_info.modules[i];

		CHECK(module->name >= boot_info.strings &&
		      module->arguments + strlen(module->arguments) <
			      boot_info.strings + sizeof(boot_info.strings));
	}
	CHECK(memchr(boot_info.command_line, 0, sizeof(boot_info.command_line)) != NULL);
	CHECK(memchr(boot_info.loader, 0, sizeof(boot_info.loader)) != NULL);
	CHECK(boot_info.rsdp_length <= BOOT_RSDP_SIZE);
}

static void
check_memory(void)
{
	static const struct boot_memory_range due[MAP_COUNT_DUE] = {
		{0, 0x9fc00, 1},	 {0x9fc00, 0x400, 2},	       {0x100000, 0x7fe0000, 1},
		{0x80e0000, 0x10000, 3}, {0x100000000, 0x40000000, 1},
	};

	if (!CHECK_EQ(boot_info.memory_count, MAP_COUNT_DUE))
		return;
	for (unsigned i = 0; i < MAP_COUNT_DUE; i++) {
		CHECK_EQ(boot_info.memory[i].base, due[i].base);
		CHECK_EQ(boot_info.memory[i].length, due[i].length);
		CHECK_EQ(boot_info.memory[i].type, due[i].type);
	}
}

static void
check_whole(const char *protocol)
{
	check_sound();
	CHECK_STRING(boot_info.protocol, protocol);
	CHECK_STRING(boot_info.command_line, COMMAND_LINE);
	CHECK_EQ(boot_info.command_line_cut, false);
	CHECK_EQ(boot_info.warnings, 0);
	check_memory();
	if (!CHECK_EQ(boot_info.module_count, 2))
		return;
	CHECK_EQ(boot_info.modules[0].base, 0x2000000);
	CHECK_EQ(boot_info.modules[0].length, 0x123);
	CHECK_STRING(boot_info.modules[0].name, "rules.cfg");
	CHECK_STRING(boot_info.modules[0].arguments, "one two");
	CHECK_EQ(boot_info.modules[1].length, 0);
}

static void
check_framebuffer(void)
{
	const struct boot_framebuffer *screen = &boot_info.framebuffer;

	CHECK(screen->present && !screen->text);
	CHECK_EQ(screen->address, 0xfd000000);
	CHECK_EQ(screen->pitch, 4096);
	CHECK_EQ(screen->width, 1024);
	CHECK_EQ(screen->height, 768);
	CHECK_EQ(screen->bits_per_pixel, 32);
	CHECK_EQ(screen->red_shift, 16);
	CHECK_EQ(screen->green_shift, 8);
	CHECK_EQ(screen->blue_bits, 8);
}

static void
test_protocols(void)
{
	collect(build_multiboot1());
	check_whole("multiboot1");
	check_framebuffer();
	CHECK_STRING(boot_info.loader, "a loader");
	CHECK_STRING(boot_info.modules[1].name, "empty");
	CHECK(boot_info.command_line_has_file);

	collect(build_multiboot2());
	check_whole("multiboot2");
	check_framebuffer();
	CHECK_STRING(boot_info.loader, "a loader");
	CHECK_EQ(boot_info.rsdp_length, BOOT_RSDP_SIZE);
	CHECK(memcmp(boot_info.rsdp, "RSD PTR 2.0", 11) == 0);
	CHECK(!boot_info.command_line_has_file);

	collect(build_pvh());
	check_whole("PVH");
	CHECK_STRING(boot_info.modules[1].name, "initrd");
	CHECK_EQ(boot_info.rsdp_address, 0xf5a00);
	CHECK(!boot_info.framebuffer.present);
}

/* Each byte set to each of some values, and each length. A panic for want of a map is well. */
static void
test_damaged(uint32_t (*build)(void))
{
	static const uint8_t values[] = {0, 1, 7, 0x7f, 0x80, 0xff};
	uint32_t magic = build();
	size_t whole = used;

	for (volatile size_t at = 0; at < whole; at++) {
		for (volatile unsigned i = 0; i < sizeof(values); i++) {
			build();
			built[at] = values[i];
			if (!setjmp(panicked)) {
				collect(magic);
				check_sound();
			}
		}
	}
	for (volatile size_t length = 0; length < whole; length++) {
		build();
		used = length;
		if (!setjmp(panicked)) {
			collect(magic);
			check_sound();
		}
	}
}

/* -- Single things --------------------------------------------------------------------------------
 */

static void
test_basic_memory(void)
{
	start();
	used = 88;
	at32(0, 1u << 0);
	at32(4, 639);
	at32(8, 31 * 1024);
	collect(MULTIBOOT1_LOADER_MAGIC);
	CHECK_EQ(boot_info.memory_count, 2);
	CHECK_EQ(boot_info.memory[1].base, 1 << 20);
	CHECK_EQ(boot_info.memory[1].length, 31 << 20);

	start();
	used = 8;
	size_t tag = begin_tag(4);
	put32(639);
	put32(31 * 1024);
	end_tag(tag);
	end_tag(begin_tag(0));
	at32(0, (uint32_t)used);
	collect(MULTIBOOT2_LOADER_MAGIC);
	CHECK_EQ(boot_info.memory_count, 2);
	CHECK_EQ(boot_info.memory[1].length, 31 << 20);
}

static void
test_no_memory(void)
{
	volatile bool ended = false;

	start();
	used = 88;
	if (setjmp(panicked))
		ended = true;
	else
		collect(MULTIBOOT1_LOADER_MAGIC);
	CHECK(ended);
	ended = false;
	if (setjmp(panicked))
		ended = true;
	else
		collect(0x12345678);
	CHECK(ended);
}

static void
sorted(const uint64_t (*ranges)[3], unsigned count)
{
	memset(&boot_info, 0, sizeof(boot_info));
	for (unsigned i = 0; i < count; i++)
		boot_info_add_memory(&boot_info, ranges[i][0], ranges[i][1],
				     (uint32_t)ranges[i][2]);
	boot_info_sort_memory(&boot_info);
}

static void
test_overlaps(void)
{
	static const uint64_t inside[][3] = {{0x1000, 0x9000, 1}, {0x4000, 0x1000, 2}};
	static const uint64_t across[][3] = {{0x5000, 0x5000, 2}, {0x1000, 0x5000, 1}};
	static const uint64_t joined[][3] = {{0x3000, 0x1000, 1}, {0x1000, 0x2000, 1}};
	static const uint64_t worst[][3] = {{0x1000, 0x1000, 2}, {0x1000, 0x1000, 5}};

	sorted(inside, 2);
	CHECK_EQ(boot_info.memory_count, 3);
	CHECK_EQ(boot_info.memory[0].length, 0x3000);
	CHECK_EQ(boot_info.memory[1].type, 2);
	CHECK_EQ(boot_info.memory[2].base, 0x5000);
	CHECK_EQ(boot_info.memory[2].length, 0x5000);

	sorted(across, 2);
	CHECK_EQ(boot_info.memory_count, 2);
	CHECK_EQ(boot_info.memory[0].length, 0x4000);
	CHECK_EQ(boot_info.memory[1].base, 0x5000);

	sorted(joined, 2);
	CHECK_EQ(boot_info.memory_count, 1);
	CHECK_EQ(boot_info.memory[0].length, 0x3000);

	sorted(worst, 2);
	CHECK_EQ(boot_info.memory_count, 1);
	CHECK_EQ(boot_info.memory[0].type, 5);
}

/* Random ranges, against an array with a type for each page. */
static void
test_overlaps_at_random(void)
{
	enum { PAGES = 64 };

	for (unsigned round = 0; round < 500; round++) {
		uint32_t types[PAGES] = {0};

		memset(&boot_info, 0, sizeof(boot_info));
		for (unsigned i = 0; i < 12; i++) {
			unsigned base = (unsigned)random() % PAGES;
			unsigned length = (unsigned)random() % (PAGES - base) + 1;
			uint32_t type = (uint32_t)random() % 3 + 1;

			boot_info_add_memory(&boot_info, base, length, type);
			for (unsigned page = base; page < base + length; page++)
				if (types[page] < 2 || (type > types[page] && type > 1))
					types[page] = type;
		}
		boot_info_sort_memory(&boot_info);
		check_sound();
		for (unsigned i = 0; i < boot_info.memory_count; i++)
			for (uint64_t page = 0; page < boot_info.memory[i].length; page++) {
				uint64_t at = boot_info.memory[i].base + page;

				CHECK_EQ(boot_info.memory[i].type, types[at]);
				types[at] = 0;
			}
		for (unsigned page = 0; page < PAGES; page++)
			CHECK_EQ(types[page], 0);
	}
}

static void
test_too_much(void)
{
	static char line[BOOT_COMMAND_LINE_SIZE + 10];

	memset(&boot_info, 0, sizeof(boot_info));
	for (unsigned i = 0; i < BOOT_MEMORY_RANGES_MAX + 3; i++)
		boot_info_add_memory(&boot_info, i * 0x2000ULL, 0x1000, 1);
	CHECK_EQ(boot_info.memory_count, BOOT_MEMORY_RANGES_MAX);
	CHECK_EQ(boot_info.warnings, 3);
	for (unsigned i = 0; i < BOOT_MODULES_MAX + 2; i++)
		boot_info_add_module(&boot_info, 0x1000, 0x2000, "m", 2);
	CHECK_EQ(boot_info.module_count, BOOT_MODULES_MAX);
	CHECK_EQ(boot_info.warnings, 5);
	memset(&boot_info, 0, sizeof(boot_info));
	boot_info_add_module(&boot_info, 0x2000, 0x1000, "m", 2);
	CHECK_EQ(boot_info.module_count, 0);
	CHECK_EQ(boot_info.warnings, 1);

	memset(line, 'x', sizeof(line));
	boot_info_set_command_line(&boot_info, line, sizeof(line));
	CHECK(boot_info.command_line_cut);
	CHECK_EQ(strlen(boot_info.command_line), BOOT_COMMAND_LINE_SIZE - 1);
	boot_info_set_command_line(&boot_info, line, 4096);
	CHECK(!boot_info.command_line_cut);
	CHECK_EQ(strlen(boot_info.command_line), 4096);
}

static void
test_framebuffers(void)
{
	static const struct boot_framebuffer_given good = {
		0xb8000000, 4096, 1024, 768, 32, FRAMEBUFFER_RGB, {16, 8, 8, 8, 0, 8}};
	struct boot_framebuffer_given given;

#define REFUSED(change)                                                                            \
	given = good;                                                                              \
	given.change;                                                                              \
	memset(&boot_info, 0, sizeof(boot_info));                                                  \
	boot_info_set_framebuffer(&boot_info, &given);                                             \
	CHECK(!boot_info.framebuffer.present)

	REFUSED(address = 0);
	REFUSED(address = UINT64_MAX - 4096);
	REFUSED(pitch = 4095);
	REFUSED(width = 0);
	REFUSED(height = 0);
	REFUSED(bits_per_pixel = 255);
	REFUSED(bits_per_pixel = 16);
	REFUSED(type = FRAMEBUFFER_INDEXED);
	REFUSED(colours[0] = 25);
	REFUSED(colours[5] = 0);

	given = (struct boot_framebuffer_given){0xb8000, 160, 80, 25, 16, FRAMEBUFFER_TEXT, {0}};
	boot_info_set_framebuffer(&boot_info, &given);
	CHECK(boot_info.framebuffer.present && boot_info.framebuffer.text);
	CHECK_EQ(boot_info.framebuffer.width, 80);
}

int
main(void)
{
	test_protocols();
	test_damaged(build_multiboot1);
	test_damaged(build_multiboot2);
	test_damaged(build_pvh);
	test_basic_memory();
	test_no_memory();
	test_overlaps();
	test_overlaps_at_random();
	test_too_much();
	test_framebuffers();
	return check_end();
}
