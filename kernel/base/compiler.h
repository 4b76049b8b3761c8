/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Small macros that every part of the kernel uses. Nothing here generates code by itself.
 */
#ifndef KERNEL_COMPILER_H
#define KERNEL_COMPILER_H

#define KB (1024ULL)
#define MB (1024ULL * KB)
#define GB (1024ULL * MB)
#define TB (1024ULL * GB)

#define NS_PER_SECOND 1000000000ULL
#define NS_PER_MS 1000000ULL
#define NS_PER_US 1000ULL

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Rounds to a power-of-two boundary; the type is that of x. */
#define ALIGN_DOWN(x, alignment) ((x) & ~((__typeof__(x))(alignment) - 1))
#define ALIGN_UP(x, alignment) ALIGN_DOWN((x) + ((__typeof__(x))(alignment) - 1), alignment)
#define IS_ALIGNED(x, alignment) (((x) & ((__typeof__(x))(alignment) - 1)) == 0)

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define CONTAINER_OF(pointer, type, member) \
	((type *)((char *)(pointer) - __builtin_offsetof(type, member)))

#ifndef __packed
#define __packed __attribute__((packed))
#endif
#define __printf_like(string, first) __attribute__((__format__(__printf__, string, first)))

/* Reads or writes a variable once, whole, whatever other CPUs or an interrupt do with it. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)(const volatile void *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)(volatile void *)&(x) = (value))

#endif
