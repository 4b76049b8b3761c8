/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pattern is no address, no small number and no text.
 */
#include "kernel/base/poison.h"

#include <stdint.h>

#include "kernel/base/panic.h"

#define PATTERN 0xdeadf2eedeadf2eeULL

/* The first word that has not the pattern; `size` when all have it. */
static size_t
first_other(const uint64_t *words, size_t size)
{
	size_t i = 0;

	while (i < size / sizeof(*words) && words[i] == PATTERN)
		i++;
	return i * sizeof(*words);
}

void
poison_fill(void *memory, size_t size)
{
	uint64_t *words = memory;

	for (size_t i = 0; i < size / sizeof(*words); i++)
		words[i] = PATTERN;
}

void
poison_check(const void *memory, size_t size)
{
	size_t at = first_other(memory, size);

	if (at < size)
		panic("poison: %p, free memory, was written to: %#lx", (const char *)memory + at,
		      *(const uint64_t *)((const char *)memory + at));
}

void
poison_check_used(const void *memory, size_t size)
{
	if (size && first_other(memory, size) == size)
		panic("poison: %p is given back twice", memory);
}
