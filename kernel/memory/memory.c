/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Physical memory: one pool (memory_pool.c) under one lock. It is filled from the boot
 * information with all RAM, less page 0, the image, the modules, the extended BIOS data area and
 * one page below 1 MB, where the application processors' first instructions will be.
 */
#include "kernel/memory/memory.h"

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/image.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/spinlock.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/memory_pool.h"
#include "kernel/memory/paging.h"

/* A startup IPI names a page below 1 MB; from 0xA0000 on is video memory and the BIOS. */
#define LOW_MEMORY_END 0xa0000

static struct spinlock memory_lock = SPINLOCK_INIT;
static struct memory_pool ram_pool;
static uint64_t trampoline_page;

/* Firmware that forgets it in its memory map has been seen. */
static void
reserve_ebda(void)
{
	uint64_t ebda = (uint64_t)boot_info.ebda_segment << 4;

	if (ebda >= MEMORY_EBDA_LOWEST && ebda < LOW_MEMORY_END)
		memory_pool_reserve(&ram_pool, ebda, LOW_MEMORY_END);
}

void
memory_init(void)
{
	uint64_t total = 0;

	memory_pool_init(&ram_pool);
	for (unsigned i = 0; i < boot_info.memory_count; i++) {
		const struct boot_memory_range *range = &boot_info.memory[i];

		if (range->type != BOOT_MEMORY_RAM)
			continue;
		memory_pool_add(&ram_pool, MAX(range->base, PAGE_4K), range->base + range->length);
		total += range->length;
	}
	memory_pool_reserve(&ram_pool, (uint64_t)image_start, (uint64_t)image_end);
	for (unsigned i = 0; i < boot_info.module_count; i++)
		memory_pool_reserve(&ram_pool, boot_info.modules[i].base,
				    boot_info.modules[i].base + boot_info.modules[i].length);
	reserve_ebda();
	trampoline_page =
		memory_pool_grant(&ram_pool, PAGE_4K, PAGE_4K, MEMORY_ANY_NODE, 0, LOW_MEMORY_END);
	log_info("memory: %llu MB of RAM, image %#lx..%#lx", total / MB, (uint64_t)image_start,
		 (uint64_t)image_end);
}

uint64_t
memory_trampoline_page(void)
{
	return trampoline_page;
}

int
memory_assign_node(uint64_t base, uint64_t length, unsigned node)
{
	uint64_t flags = spin_lock(&memory_lock);
	int error = memory_pool_assign_node(&ram_pool, base, length, node);

	spin_unlock(&memory_lock, flags);
	return error;
}

int
memory_add_node(unsigned node)
{
	if (node >= MEMORY_NODES_MAX)
		return -EINVAL;
	ram_pool.node_count = MAX(ram_pool.node_count, node + 1);
	return 0;
}

static void *
grant(size_t length, size_t alignment, int node, uint64_t limit)
{
	uint64_t flags = spin_lock(&memory_lock);
	uint64_t base =
		memory_pool_grant(&ram_pool, length, alignment, node, cpu_this()->node, limit);

	spin_unlock(&memory_lock, flags);
	return (void *)base;
}

void *
memory_grant(size_t length, size_t alignment, int node)
{
	return grant(length, alignment, node, UINT64_MAX);
}

void *
memory_grant_below(size_t length, size_t alignment, uint64_t limit)
{
	return grant(length, alignment, MEMORY_ANY_NODE, limit);
}

void *
memory_grant_scrap(size_t length, uint64_t limit)
{
	uint64_t flags = spin_lock(&memory_lock);
	uint64_t base = memory_pool_grant_scrap(&ram_pool, length, cpu_this()->node, limit);

	spin_unlock(&memory_lock, flags);
	return (void *)base;
}

void
memory_return(void *base, size_t length)
{
	uint64_t flags = spin_lock(&memory_lock);
	int error = memory_pool_return(&ram_pool, (uint64_t)base, length);

	spin_unlock(&memory_lock, flags);
	if (error != 0)
		panic("memory: %p + %#zx %s", base, length,
		      error == -EALREADY ? "is given back twice" : "was never granted");
}

unsigned
memory_node_count(void)
{
	return ram_pool.node_count;
}

unsigned
memory_node_of(uint64_t address)
{
	return memory_pool_node_of(&ram_pool, address);
}

void
memory_stats(unsigned node, struct memory_stats *stats)
{
	uint64_t flags = spin_lock(&memory_lock);

	memory_pool_stats(&ram_pool, node, stats);
	spin_unlock(&memory_lock, flags);
}
