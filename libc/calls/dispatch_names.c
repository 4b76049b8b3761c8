/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The names of Linux's system calls for x86-64 in the order of their numbers, so that one that is
 * not served can be named. Numbers are ABI and never change; some in the middle are nobody's.
 */
#include "libc/calls/dispatch.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/string.h"

/* The numbers from the first of these, but less than the second, are not used. */
#define HOLE_BEGIN 335
#define HOLE_END 424

#define PLACE(number) ((number) < HOLE_END ? (number) : (number) - (HOLE_END - HOLE_BEGIN))

#define NAME(number, name) #name " "
static const char call_names[] =
#include "libc/base/calls.def"
	;

/* The list has all numbers, in order. */
#define NAME(number, name) PLACE_##name,
enum place {
#include "libc/base/calls.def"
};
#define NAME(number, name) _Static_assert(PLACE_##name == PLACE(number), #name);
#include "libc/base/calls.def"

void
dispatch_name(uint64_t number, char *name, size_t size)
{
	const char *word = number < HOLE_BEGIN || number >= HOLE_END ? call_names : NULL;
	const char *end;

	for (uint64_t place = PLACE(number); word && *word && place > 0; place--)
		word = string_find(word, ' ') + 1;
	end = word ? string_find(word, ' ') : NULL;
	if (!end)
		word = end = "?";
	string_copy(name, word, word == end ? size : MIN(size, (size_t)(end - word) + 1));
}
