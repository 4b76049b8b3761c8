/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What programs ask of the C library: strings and memory. Compiled without the compiler's own
 * (-fno-builtin), so that each call is one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"

#define TIMES 100

/* (None crosses a page: that would be a matter of the link, not of a function.) */
#define BLOCK 2048
static char left[BLOCK] __attribute__((aligned(BLOCK)));
static char right[BLOCK] __attribute__((aligned(BLOCK)));
static char text[2][BLOCK] __attribute__((aligned(BLOCK)));
static volatile long sink;

/* A string of that length, twice. */
static void
make_text(size_t length)
{
	for (int i = 0; i < 2; i++) {
		memset(text[i] + 3, 'x', length);
		text[i][3 + length] = 0;
	}
}

static void
block_rows(void)
{
	NATIVE_ROW("memcpy 16", TIMES, memcpy(left + 3, right + 5, 16));
	NATIVE_ROW("memcpy 64", TIMES, memcpy(left + 3, right + 5, 64));
	NATIVE_ROW("memcpy 256", TIMES, memcpy(left + 3, right + 5, 256));
	NATIVE_ROW("memcpy 1500", TIMES, memcpy(left + 3, right + 5, 1500));
	NATIVE_ROW("memmove 64", TIMES, memmove(left + 3, left + 5, 64));
	NATIVE_ROW("memset 64", TIMES, memset(left + 3, 0, 64));
	NATIVE_ROW("memset 1500", TIMES, memset(left + 3, 0, 1500));
	memset(left, 0, sizeof(left));
	memset(right, 0, sizeof(right));
	NATIVE_ROW("memcmp 16", TIMES, sink += memcmp(left + 3, right + 5, 16));
	NATIVE_ROW("memcmp 64", TIMES, sink += memcmp(left + 3, right + 5, 64));
	NATIVE_ROW("memcmp 1500", TIMES, sink += memcmp(left + 3, right + 5, 1500));
	NATIVE_ROW("memchr 64", TIMES, sink += memchr(left + 3, 'x', 64) != NULL);
}

static void
text_rows(void)
{
	make_text(16);
	NATIVE_ROW("strlen 16", TIMES, sink += (long)strlen(text[0] + 3));
	NATIVE_ROW("strcmp 16", TIMES, sink += strcmp(text[0] + 3, text[1] + 3));
	NATIVE_ROW("strchr 16", TIMES, sink += strchr(text[0] + 3, 'y') != NULL);
	NATIVE_ROW("strcpy 16", TIMES, strcpy(left, text[0] + 3));
	make_text(1500);
	NATIVE_ROW("strlen 1500", TIMES, sink += (long)strlen(text[0] + 3));
	NATIVE_ROW("snprintf of two fields", TIMES, snprintf(left, 64, "%s:%d", "name", (int)i));
}

static void
malloc_row(const char *name, size_t size)
{
	NATIVE_ROW(name, TIMES, void *volatile block = malloc(size); free(block));
}

/* As many blocks at once, then freed. */
static void
malloc_many_row(const char *name, size_t size)
{
	static void *blocks[TIMES];

	NATIVE_ROW(name, 1,
		for (int k = 0; k < TIMES; k++) blocks[k] = malloc(size);
		for (int k = 0; k < TIMES; k++) free(blocks[k]));
}

int
native_library(void)
{
	block_rows();
	text_rows();
	malloc_row("malloc and free 16", 16);
	malloc_row("malloc and free 64", 64);
	malloc_row("malloc and free 1024", 1024);
	malloc_many_row("malloc 100 of 64, then free", 64);
	malloc_many_row("malloc 100 of 1024, then free", 1024);
	return 0;
}
