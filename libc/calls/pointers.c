/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Looking at pointers before a call is served (pointers.def). Linux finds a bad pointer when it
 * copies; the application's memory is used in place here, often with a lock held, where it is too
 * late to turn back. So it is done once, before anything else, and calls need not think of it.
 */
#include "libc/calls/pointers.h"

#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/numbers.h"
#include "libc/base/user.h"
#include "libc/files/files.h"

/* A call refuses more than this of anything: then its first bytes alone are looked at. */
#define ALL_MOST 1024
#define ALL_FIRST 128

/* What is done with a pointer, in 32 bits. */
#define KIND(what) ((what)&0xf)
#define   KIND_END 0u
#define   KIND_FILE 1u
#define   KIND_TEXT 2u
#define   KIND_FIXED 3u
#define   KIND_ALL 4u
#define   KIND_SOME 5u
#define   KIND_SOME_INT 6u
#define   KIND_AT 7u
#define   KIND_SET 8u
#define   KIND_OR_NOT 9u
#define   KIND_WHOLE 10u
#define ARGUMENT(what) ((what) >> 4 & 7)
#define COUNTER(what) ((what) >> 8 & 7)
#define WRITES (1u << 11)
#define MAY_BE_NULL (1u << 12)
#define SIZE(what) ((what) >> 16)
#define WHAT(kind, argument, counter, size, flags) \
	((kind) | (argument) << 4 | (counter) << 8 | (uint32_t)(size) << 16 | (flags))

#define FILE KIND_FILE
#define TEXT(a) WHAT(KIND_TEXT, a, 0, 0, 0)
#define IN(a, size) WHAT(KIND_FIXED, a, 0, size, 0)
#define OUT(a, size) WHAT(KIND_FIXED, a, 0, size, WRITES)
#define IN_ALL(a, c, size) WHAT(KIND_ALL, a, c, size, 0)
#define OUT_ALL(a, c, size) WHAT(KIND_ALL, a, c, size, WRITES)
#define IN_SOME(a, c, size) WHAT(KIND_SOME, a, c, size, 0)
#define OUT_SOME(a, c, size) WHAT(KIND_SOME, a, c, size, WRITES)
#define IN_SOME_INT(a, c, size) WHAT(KIND_SOME_INT, a, c, size, 0)
#define OUT_SOME_INT(a, c, size) WHAT(KIND_SOME_INT, a, c, size, WRITES)
#define IN_WHOLE(a, c) WHAT(KIND_WHOLE, a, c, 1, 0)
#define OUT_AT(a, c) WHAT(KIND_AT, a, c, 0, WRITES)
#define OUT_SET(a) WHAT(KIND_SET, a, 0, 0, WRITES)
#define OUT_OR_NOT(a, size) WHAT(KIND_OR_NOT, a, 0, size, WRITES)
#define MAYBE(what) ((what) | MAY_BE_NULL)

#define POINTERS(name, ...) static const uint32_t of_##name[] = {__VA_ARGS__, KIND_END};
#define LOOKS(name)
#include "libc/calls/pointers.def"

#define POINTERS(name, ...) [NR_##name] = of_##name,
#define LOOKS(name)
static const uint32_t *const pointer_ranges[] = {
#include "libc/calls/pointers.def"
};

/* How much of something there is: a count that is not positive is for the call to refuse. */
static int64_t
check_some(uint32_t what, const void *base, uint64_t *counter)
{
	bool narrow = KIND(what) == KIND_SOME_INT;
	uint64_t count = narrow ? (uint32_t)*counter : *counter;
	uint64_t reach;

	if (!count || (narrow && (int32_t)count < 0))
		return 0;
	if (__builtin_mul_overflow(count, SIZE(what), &reach))
		reach = SIZE_MAX;
	reach = user_reach(base, reach, what & WRITES) / SIZE(what);
	if (reach < count)
		*counter = reach;
	return reach ? 0 : -EFAULT;
}

/* An address that is written, and its length: socket names have up to ALL_FIRST bytes. */
static int64_t
check_at(const void *base, const uint32_t *length)
{
	if (!user_writable(length, sizeof(*length)))
		return -EFAULT;
	return user_writable(base, MIN((size_t)*length, (size_t)ALL_FIRST)) ? 0 : -EFAULT;
}

/* Bytes that a call reads or writes, whatever comes. */
static size_t
size_of_range(uint32_t what, const uint64_t *arguments)
{
	uint64_t count = (uint32_t)arguments[COUNTER(what)];

	switch (KIND(what)) {
	case KIND_ALL:
		return count <= ALL_MOST ? count * SIZE(what) : ALL_FIRST;
	case KIND_WHOLE:
		return arguments[COUNTER(what)];
	case KIND_SET:
		return count <= ALL_MOST ? ALIGN_UP(count, 64) / 8 : 0;
	default:
		return SIZE(what);
	}
}

static int64_t
check_one(uint32_t what, uint64_t *arguments)
{
	uint64_t *argument = &arguments[ARGUMENT(what)];
	void *base = (void *)*argument;
	bool fits;

	if (!base && (what & MAY_BE_NULL))
		return 0;
	switch (KIND(what)) {
	case KIND_FILE:
		return 0;
	case KIND_TEXT:
		return user_text(base);
	case KIND_SOME:
	case KIND_SOME_INT:
		return check_some(what, base, &arguments[COUNTER(what)]);
	case KIND_AT:
		return check_at(base, (const uint32_t *)arguments[COUNTER(what)]);
	}
	fits = user_reach(base, size_of_range(what, arguments), what & WRITES) ==
	       size_of_range(what, arguments);
	if (!fits && KIND(what) == KIND_OR_NOT)
		*argument = 0;
	return fits || KIND(what) == KIND_OR_NOT ? 0 : -EFAULT;
}

static bool
is_open_descriptor(int descriptor)
{
	struct file *file = file_get(descriptor);

	if (file)
		file_put(file);
	return file;
}

int64_t
pointers_check(uint64_t number, uint64_t arguments[POINTERS_ARGUMENTS])
{
	const uint32_t *what = number < ARRAY_SIZE(pointer_ranges) ? pointer_ranges[number] : NULL;
	bool has_file = what && *what == KIND_FILE;

	for (; what && *what != KIND_END; what++) {
		int64_t result = check_one(*what, arguments);

		if (result)
			return has_file && !is_open_descriptor((int)arguments[0]) ? -EBADF : result;
	}
	return 0;
}
