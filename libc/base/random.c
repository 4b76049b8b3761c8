/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ChaCha20 generator (RFC 8439 §2.3), which is re-keyed from its own output after each use, so
 * that what was given out cannot be found again. Its seed is mixed of all there is: RDSEED, RDRAND,
 * either left out when it gives the same number again and again, as some CPUs' have done, and the
 * jitter of memory and instruction timing against the TSC. That alone, over many thousand readings,
 * is weaker, and logged.
 */
#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/log.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"
#include "libc/base/random.h"

#define HARDWARE_TRIES 100
#define JITTER_READINGS 4096 /* where there is nothing else */
#define JITTER_READINGS_BESIDE 128
#define KEY_WORDS 8
#define CHACHA_WORDS 16
#define ROUND_PAIRS 10
#define BREATHE_BLOCKS 16

static struct spinlock random_lock = SPINLOCK_INIT;
static uint32_t key[KEY_WORDS];
static uint64_t counter;

static uint32_t
rotate(uint32_t x, unsigned bits)
{
	return x << bits | x >> (32 - bits);
}

static void
quarter_round(uint32_t *s, unsigned a, unsigned b, unsigned c, unsigned d)
{
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 7);
}

/* A block of a key's stream. */
static void
next_block(uint32_t out[CHACHA_WORDS], const uint32_t from[KEY_WORDS], uint64_t number)
{
	uint32_t start[CHACHA_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

	memcpy(start + 4, from, sizeof(key));
	start[12] = (uint32_t)number;
	start[13] = (uint32_t)(number >> 32);
	memcpy(out, start, sizeof(start));
	for (unsigned i = 0; i < ROUND_PAIRS; i++) {
		quarter_round(out, 0, 4, 8, 12);
		quarter_round(out, 1, 5, 9, 13);
		quarter_round(out, 2, 6, 10, 14);
		quarter_round(out, 3, 7, 11, 15);
		quarter_round(out, 0, 5, 10, 15);
		quarter_round(out, 1, 6, 11, 12);
		quarter_round(out, 2, 7, 8, 13);
		quarter_round(out, 3, 4, 9, 14);
	}
	for (unsigned i = 0; i < CHACHA_WORDS; i++)
		out[i] += start[i];
}

static bool
read_rdseed(uint64_t *value)
{
	uint8_t good;

	__asm__ volatile("rdseed %0; setc %1" : "=r"(*value), "=qm"(good) : : "cc");
	return good;
}

static bool
read_rdrand(uint64_t *value)
{
	uint8_t good;

	__asm__ volatile("rdrand %0; setc %1" : "=r"(*value), "=qm"(good) : : "cc");
	return good;
}

/* Re-keys the generator from its own output: what was mixed in is in all of the key. */
static void
stir(void)
{
	uint32_t block[CHACHA_WORDS];

	next_block(block, key, counter++);
	memcpy(key, block, sizeof(key));
}

/* Reads a number from an instruction, which may fail now and then (Intel SDM vol. 1 §7.3.17). */
static bool
read_number(bool (*read)(uint64_t *value), uint64_t *value)
{
	for (unsigned tries = 0; tries < HARDWARE_TRIES; tries++)
		if (read(value))
			return true;
	return false;
}

/* Mixes an instruction's numbers into the key. Returns whether it is to be trusted. */
static bool
seed_from(bool (*read)(uint64_t *value), const char *name)
{
	uint64_t before = 0, value;

	for (unsigned i = 0; i < KEY_WORDS; i += 2) {
		if (!read_number(read, &value))
			return false;
		if (i > 0 && value == before) {
			log_warning("libc: %s gives the same number again and again: not used",
				    name);
			return false;
		}
		before = value;
		key[i] ^= (uint32_t)value;
		key[i + 1] ^= (uint32_t)(value >> 32);
	}
	stir();
	return true;
}

/* Mixes the low bits of how long a piece of work took, again and again, into the key. */
static void
seed_from_jitter(unsigned readings)
{
	static volatile uint32_t work[256];
	uint64_t before = tsc_read();

	for (unsigned i = 0; i < readings; i++) {
		uint64_t now;

		work[(before ^ i) % ARRAY_SIZE(work)] += (uint32_t)before;
		now = tsc_read();
		key[i % KEY_WORDS] = rotate(key[i % KEY_WORDS], 7) ^ (uint32_t)(now - before);
		before = now;
		if (i % KEY_WORDS == KEY_WORDS - 1)
			stir();
	}
}

static bool
has_rdseed(void)
{
	return cpuid(CPUID_VENDOR, 0).eax >= CPUID_STRUCTURED &&
	       (cpuid(CPUID_STRUCTURED, 0).ebx & CPUID_STRUCTURED_EBX_RDSEED);
}

void
random_init(void)
{
	uint64_t time = clock_realtime_ns() ^ tsc_read();
	bool seeded, random;

	memcpy(key, &time, sizeof(time));
	seeded = has_rdseed() && seed_from(read_rdseed, "RDSEED");
	random = (cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_RDRAND) &&
		 seed_from(read_rdrand, "RDRAND");
	seed_from_jitter(seeded || random ? JITTER_READINGS_BESIDE : JITTER_READINGS);
	if (seeded || random)
		log_info("libc: random numbers are seeded by %s%s%s and clock jitter",
			 seeded ? "RDSEED" : "", seeded && random ? ", " : "",
			 random ? "RDRAND" : "");
	else
		log_warning("libc: random numbers come from clock jitter alone: not for keys");
}

/* A key for a stream of one's own, which nobody else will have. */
static void
take_key(uint32_t own[KEY_WORDS])
{
	uint32_t block[CHACHA_WORDS];
	uint64_t flags = spin_lock(&random_lock);

	next_block(block, key, counter++);
	memcpy(key, block, sizeof(key));
	spin_unlock(&random_lock, flags);
	memcpy(own, block + KEY_WORDS, KEY_WORDS * sizeof(*own));
	memset(block, 0, sizeof(block));
}

void
random_fill(void *buffer, size_t size)
{
	uint32_t own[KEY_WORDS], block[CHACHA_WORDS];
	uint64_t blocks = 0;
	uint8_t *to = buffer;

	take_key(own);
	while (size) {
		size_t part = MIN(size, sizeof(block));

		next_block(block, own, blocks++);
		memcpy(to, block, part);
		to += part;
		size -= part;
		if (blocks % BREATHE_BLOCKS == 0)
			thread_breathe();
	}
	memset(own, 0, sizeof(own));
	memset(block, 0, sizeof(block));
}
