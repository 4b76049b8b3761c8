/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory and string functions for the kernel.
 *
 * They are the kernel's own, in string_memory.c and string.c: a C library's may use vector
 * registers, and the stack protector, which needs TLS.
 */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);

/* Length of a NUL-terminated string in bytes. */
size_t string_length(const char *string);

/* Length of a string of which at most `limit` bytes may be read. */
size_t string_length_within(const char *string, size_t limit);

bool string_equal(const char *a, const char *b);
bool string_starts_with(const char *string, const char *prefix);

/*
 * Copies a string and always terminates it. Returns the length of `from`: a value >= size means
 * that the copy was cut short. size is at least 1.
 */
size_t string_copy(char *to, const char *from, size_t size);

/* First occurrence of c in string, or NULL. */
const char *string_find(const char *string, char c);

/* The value of a hexadecimal digit, 0 to 15, or -1. */
int string_digit(char c);

/*
 * Reads an unsigned number: decimal, or hexadecimal with "0x". The whole string must be the
 * number. Returns 0, -EINVAL when it is no number, -ERANGE when it is above `limit`.
 */
int string_to_u64(const char *string, uint64_t limit, uint64_t *value);

#endif
