/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What lwIP asks of a compiler and its library.
 */
#ifndef NET_ARCH_CC_H
#define NET_ARCH_CC_H

#include <endian.h>
#include <stdint.h>

/* A sentence that ends the program: what cannot be is not gone on from. */
void net_fail(const char *sentence, const char *file, int line) __attribute__((noreturn));

/* Random bits that nobody can guess. */
uint32_t net_random(void);

#define LWIP_PLATFORM_ASSERT(sentence) net_fail(sentence, __FILE__, __LINE__)
#define LWIP_RAND() net_random()

#endif
