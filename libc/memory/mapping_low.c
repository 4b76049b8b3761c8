/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings below 2 GB (MAP_32BIT). The addresses there are RAM's own, so some RAM is taken, its
 * addresses are taken out of the identity map, and are the program's from then on, whose pages lie
 * elsewhere as they do above all RAM. The RAM itself lies idle: such mappings take their size
 * twice. Nothing of it is given back, and what has been unmapped is mapped again first.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "libc/memory/mapping_internal.h"

#define LOW_END (2ULL * 1024 * MB)
#define LOW_WINDOWS_MAX 16
#define WINDOW_LEAST (8 * MB)

/* Written with the mutex, the count last. */
static struct {
	uint64_t base, end;
} windows[LOW_WINDOWS_MAX];
static unsigned window_count;

bool
mapping_low_holds(uint64_t base, uint64_t length)
{
	unsigned count = __atomic_load_n(&window_count, __ATOMIC_ACQUIRE);

	for (unsigned i = 0; i < count; i++)
		if (base >= windows[i].base && base < windows[i].end &&
		    length <= windows[i].end - base)
			return true;
	return false;
}

/* No CPU has the identity in its TLB any more when the addresses are used otherwise. */
static bool
open_window(uint64_t length)
{
	void *memory;

	if (window_count == LOW_WINDOWS_MAX)
		return false;
	memory = memory_grant_below(length, PAGE_2M, LOW_END);
	if (!memory)
		return false;
	if (paging_space_open((uint64_t)memory, length)) {
		memory_return(memory, length);
		return false;
	}
	ipi_flush(paging_epoch());
	windows[window_count].base = (uint64_t)memory;
	windows[window_count].end = (uint64_t)memory + length;
	__atomic_store_n(&window_count, window_count + 1, __ATOMIC_RELEASE);
	return true;
}

static uint64_t
place_in_windows(uint64_t length)
{
	uint64_t alignment = length >= PAGE_2M ? PAGE_2M : PAGE_4K, base = 0;

	for (unsigned i = 0; i < window_count && !base; i++)
		base = regions_place(&mapping_regions, length, alignment, windows[i].base,
				     windows[i].end);
	return base;
}

uint64_t
mapping_low_place(uint64_t length)
{
	uint64_t base = length < LOW_END ? place_in_windows(length) : 0, whole;

	if (base || length >= LOW_END)
		return base;
	whole = ALIGN_UP(length, PAGE_2M);
	if (!open_window(MAX(whole, WINDOW_LEAST)) && !open_window(whole))
		return 0;
	return place_in_windows(length);
}
