/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Return addresses, from the stack: a word that points behind a call instruction. Where that calls
 * a function by its address, it must be the one that the address before is in, or jump to that; a
 * call through a pointer may have gone anywhere. Names are those of the kernel's own table
 * (kernel/end/symbols.c, which stands in the archive as well).
 */
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/base/image.h"
#include "kernel/end/symbols.h"

#define CALL_NEAR 0xe8	   /* E8 rel32: five bytes */
#define CALL_NEAR_BYTES 5
#define CALL_INDIRECT 0xff /* FF /2: two to seven bytes */
#define CALL_INDIRECT_MOST 7
#define JUMP_NEAR 0xe9
#define JUMP_NEAR_BYTES 5
#define TAIL_BYTES 256
#define MODRM_CALL_MASK 0x38
#define MODRM_CALL 0x10

#define LINE_BYTES (SYMBOLS_NAME_MAX + 64)

enum caller {
	NO_CALLER,
	MAY_BE_CALLER,
	IS_CALLER,
};

static bool
is_text(uint64_t address)
{
	return address >= (uint64_t)text_start && address < (uint64_t)text_end;
}

static bool
find_name(uint64_t address, char name[SYMBOLS_NAME_MAX], uint64_t *offset)
{
	return is_text(address) &&
	       symbols_find(symbols_start, (size_t)(symbols_end - symbols_start),
			    (uint32_t)(address - (uint64_t)image_start), name, offset);
}

/* The beginning of the function that an address is in; 0: unknown. */
static uint64_t
function_of(uint64_t address)
{
	char name[SYMBOLS_NAME_MAX];
	uint64_t offset;

	return find_name(address, name, &offset) ? address - offset : 0;
}

/* Where an instruction with a distance of four bytes at its end leads. */
static uint64_t
target_of(uint64_t behind)
{
	int32_t distance;

	memcpy(&distance, (const void *)(behind - sizeof(distance)), sizeof(distance));
	return behind + (uint64_t)(int64_t)distance;
}

/* Whether a function, of which TAIL_BYTES are looked at, ends by a jump to another. */
static bool
jumps_to(uint64_t from, uint64_t function)
{
	for (uint64_t at = from; at < from + TAIL_BYTES && is_text(at + JUMP_NEAR_BYTES); at++)
		if (*(const uint8_t *)at == JUMP_NEAR &&
		    target_of(at + JUMP_NEAR_BYTES) == function && function_of(at) == from)
			return true;
	return false;
}

/* Whether a word is an address behind a call of `function`, or of one that jumps to it. */
static enum caller
judge(uint64_t word, uint64_t function)
{
	const uint8_t *code = (const uint8_t *)word;

	if (!is_text(word) || word - CALL_INDIRECT_MOST < (uint64_t)text_start)
		return NO_CALLER;
	if (code[-CALL_NEAR_BYTES] == CALL_NEAR && is_text(target_of(word)))
		return target_of(word) == function || jumps_to(target_of(word), function)
			       ? IS_CALLER : NO_CALLER;
	for (int length = 2; length <= CALL_INDIRECT_MOST; length++)
		if (code[-length] == CALL_INDIRECT &&
		    (code[1 - length] & MODRM_CALL_MASK) == MODRM_CALL)
			return MAY_BE_CALLER;
	return NO_CALLER;
}

/*
 * The word on the stack, from `at` on, by which `function` returns: one that is so for certain,
 * else the first that may be. NULL: there is none.
 */
static const uint64_t *
find_return(const uint64_t *at, const uint64_t *end, uint64_t function)
{
	const uint64_t *likely = NULL;

	for (; at < end; at++) {
		enum caller caller = judge(*at, function);

		if (caller == IS_CALLER)
			return at;
		if (caller == MAY_BE_CALLER && !likely)
			likely = at;
	}
	return likely;
}

/* Where the thread's stack ends; of one that is not the thread's own nothing is known. */
static const uint64_t *
stack_end(const void *from)
{
	pthread_attr_t attributes;
	void *base;
	size_t size;
	bool known = !pthread_getattr_np(pthread_self(), &attributes) &&
		     !pthread_attr_getstack(&attributes, &base, &size);

	if (!known || (const char *)from < (char *)base ||
	    (const char *)from >= (char *)base + size)
		return from;
	return (const uint64_t *)((char *)base + size);
}

__attribute__((noinline)) int
backtrace(void **addresses, int size)
{
	const uint64_t *at = __builtin_frame_address(0);
	const uint64_t *end = stack_end(at);
	uint64_t address = (uint64_t)__builtin_return_address(0);
	int count = 0;

	/* The frame's own return address is the first above it. */
	while (at < end && *at != address)
		at++;
	while (count < size) {
		addresses[count++] = (void *)address;
		at = at < end ? find_return(at + 1, end, function_of(address - 1)) : NULL;
		if (!at)
			break;
		address = *at;
	}
	return count;
}

/* Writes a line, without its end, into a buffer of LINE_BYTES; returns its length. */
static size_t
describe(char *line, const void *address)
{
	char name[SYMBOLS_NAME_MAX];
	uint64_t offset;
	int length;

	/* A return address belongs to the call before it, which may end its function. */
	if (find_name((uint64_t)address - 1, name, &offset))
		length = snprintf(line, LINE_BYTES, "%.30s(%s+%#lx) [%p]",
				  program_invocation_short_name, name, (long)offset + 1, address);
	else
		length = snprintf(line, LINE_BYTES, "%.30s() [%p]", program_invocation_short_name,
				  address);
	return (size_t)length < LINE_BYTES ? (size_t)length : LINE_BYTES - 1;
}

char **
backtrace_symbols(void *const *addresses, int size)
{
	char line[LINE_BYTES], *text;
	char **lines;
	size_t bytes = (size_t)size * sizeof(*lines);

	for (int i = 0; i < size; i++)
		bytes += describe(line, addresses[i]) + 1;
	lines = malloc(bytes);
	if (!lines)
		return NULL;
	text = (char *)(lines + size);
	for (int i = 0; i < size; i++) {
		size_t length = describe(line, addresses[i]);

		lines[i] = memcpy(text, line, length + 1);
		text += length + 1;
	}
	return lines;
}

void
backtrace_symbols_fd(void *const *addresses, int size, int descriptor)
{
	char line[LINE_BYTES];

	for (int i = 0; i < size; i++) {
		describe(line, addresses[i]);
		dprintf(descriptor, "%s\n", line);
	}
}
