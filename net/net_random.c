/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers that an attacker cannot guess: random ones, and the first sequence numbers of TCP, which
 * grow with time from a point that a secret and the two ends decide (RFC 6528 section 3), by
 * SipHash-2-4 (Aumasson and Bernstein, 2012).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "lwip/opt.h"

#include "net/lwip/hooks.h"

#define ISN_TICK_NS 4000 /* RFC 9293 section 3.4.1 */

void
net_fail(const char *sentence, const char *file, int line)
{
	fprintf(stderr, "net: lwIP: %s (%s:%d)\n", sentence, file, line);
	abort();
}

static void
fill(void *bytes, size_t size)
{
	if (getrandom(bytes, size, 0) != (ssize_t)size)
		net_fail("no random numbers", __FILE__, __LINE__);
}

uint32_t
net_random(void)
{
	uint32_t number;

	fill(&number, sizeof(number));
	return number;
}

static uint64_t
rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* Of whole words. */
static uint64_t
siphash(const uint64_t key[2], const uint64_t *words, size_t count)
{
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
			 key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};

	for (size_t i = 0; i <= count; i++) {
		uint64_t word = i < count ? words[i] : (uint64_t)count * 8 << 56;

		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (unsigned i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

u32_t
net_hook_isn(const ip_addr_t *local, u16_t local_port, const ip_addr_t *remote, u16_t remote_port)
{
	static uint64_t key[2];
	struct {
		uint8_t local[16], remote[16];
		uint64_t ports;
	} ends = {.ports = (uint64_t)local_port << 16 | remote_port};
	struct timespec now;

	if (!key[0])
		fill(key, sizeof(key));
	memcpy(ends.local, &local->u_addr, sizeof(ends.local));
	memcpy(ends.remote, &remote->u_addr, sizeof(ends.remote));
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u32_t)(siphash(key, (const uint64_t *)&ends, sizeof(ends) / 8) +
		       ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec) / ISN_TICK_NS);
}
