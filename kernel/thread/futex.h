/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Futexes: a thread sleeps on a 32-bit word until it is woken or its deadline passes.
 */
#ifndef KERNEL_FUTEX_H
#define KERNEL_FUTEX_H

#include <stdint.h>

/*
 * Sleeps while *word == expected. deadline in clock_ns() time, THREAD_NO_DEADLINE for none.
 * Returns 0 (woken), -EAGAIN (*word differed), -ETIMEDOUT. System call context only.
 */
int futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline);

/*
 * The same on up to FUTEX_WORDS_MAX words at once: a wake-up of any ends the sleep, and so does one
 * that differs. -EINTR when a signal is to be delivered, by both; -EINVAL for no word, or too many.
 */
#define FUTEX_WORDS_MAX 3
int futex_wait_any(uint32_t *const words[], const uint32_t expected[], unsigned count,
		   uint64_t deadline);

/* Wakes up to count sleepers of a word; returns how many. Any context, interrupt handlers too. */
int futex_wake(uint32_t *word, int count);

/*
 * The same for sleepers that have bits: those are woken that have one in common with the waker. All
 * others have all bits.
 */
#define FUTEX_ALL_BITS 0xffffffffu
int futex_wait_bits(uint32_t *word, uint32_t expected, uint32_t bits, uint64_t deadline);
int futex_wake_bits(uint32_t *word, int count, uint32_t bits);

/*
 * Wakes up to `wake` sleepers of a word and moves up to `move` others to another word.
 * With compare, only while *word == expected, else -EAGAIN. Returns woken + moved.
 */
int futex_requeue(uint32_t *word, int wake, int move, uint32_t *to, const uint32_t *compare);

#endif
