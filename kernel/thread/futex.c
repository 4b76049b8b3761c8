/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sleepers are listed, those with a priority first, the highest before all, else in order of
 * arrival, in a bucket chosen by the address of their word. A sleeper's entry is on its kernel
 * stack: it leaves only with its bucket locked, and it is woken only with its bucket locked, so
 * neither goes away under the other.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/spinlock.h"
#include "kernel/thread/futex.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"

#define BUCKETS_LOG2 8
#define GOLDEN_RATIO 0x9e3779b97f4a7c15ULL

struct bucket;

struct sleeper {
	uint32_t *word;
	struct bucket *bucket; /* changes with both buckets' lists; read it with the lock */
	struct thread *thread;
	struct sleeper *next, *previous;
	uint32_t bits;	       /* it is woken by those who name one of them */
	uint8_t priority;      /* its thread's, when it began to sleep */
	bool woken;
};

struct bucket {
	struct spinlock lock;
	struct sleeper *first, *last;
} __attribute__((aligned(CACHE_LINE)));

static struct bucket buckets[1 << BUCKETS_LOG2];

static struct bucket *
bucket_of_word(const uint32_t *word)
{
	return &buckets[((uint64_t)word >> 2) * GOLDEN_RATIO >> (64 - BUCKETS_LOG2)];
}

/* Lists a sleeper behind those that are woken before it. */
static void
list_sleeper(struct bucket *bucket, struct sleeper *sleeper)
{
	struct sleeper *after = bucket->last;

	spin_assert_held(&bucket->lock);
	while (after && after->priority < sleeper->priority)
		after = after->previous;
	sleeper->previous = after;
	sleeper->next = after ? after->next : bucket->first;
	if (after)
		after->next = sleeper;
	else
		bucket->first = sleeper;
	if (sleeper->next)
		sleeper->next->previous = sleeper;
	else
		bucket->last = sleeper;
	WRITE_ONCE(sleeper->bucket, bucket);
}

static void
take_sleeper_out(struct bucket *bucket, struct sleeper *sleeper)
{
	spin_assert_held(&bucket->lock);
	if (sleeper->previous)
		sleeper->previous->next = sleeper->next;
	else
		bucket->first = sleeper->next;
	if (sleeper->next)
		sleeper->next->previous = sleeper->previous;
	else
		bucket->last = sleeper->previous;
}

/* Locks the bucket that a sleeper is in, which a requeue may change. */
static struct bucket *
lock_bucket_of(struct sleeper *sleeper, uint64_t *flags)
{
	for (;;) {
		struct bucket *bucket = READ_ONCE(sleeper->bucket);

		*flags = spin_lock(&bucket->lock);
		if (READ_ONCE(sleeper->bucket) == bucket)
			return bucket;
		spin_unlock(&bucket->lock, *flags);
	}
}

/* Lists a sleeper while its word has the value that it expects. Returns whether it does. */
static bool
begin_sleep(struct sleeper *sleeper, uint32_t expected)
{
	struct bucket *bucket = bucket_of_word(sleeper->word);
	uint64_t flags = spin_lock(&bucket->lock);
	bool equal = READ_ONCE(*sleeper->word) == expected;

	sleeper->priority = sleeper->thread->policy.priority;
	if (equal)
		list_sleeper(bucket, sleeper);
	spin_unlock(&bucket->lock, flags);
	return equal;
}

/* Takes a sleeper off the list, unless it was woken. Returns whether it was. */
static bool
end_sleep(struct sleeper *sleeper)
{
	uint64_t flags;
	struct bucket *bucket = lock_bucket_of(sleeper, &flags);
	bool woken = sleeper->woken;

	if (!woken)
		take_sleeper_out(bucket, sleeper);
	spin_unlock(&bucket->lock, flags);
	return woken;
}

static bool
any_woken(const struct sleeper *sleepers, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (READ_ONCE(sleepers[i].woken))
			return true;
	return false;
}

/* Sleeps until one of the listed is woken. Returns 0, -EINTR or -ETIMEDOUT. */
static int
sleep_until_woken(const struct sleeper *sleepers, unsigned count, uint64_t deadline)
{
	while (!any_woken(sleepers, count)) {
		if (thread_signalled(thread_current()))
			return -EINTR;
		if (deadline != THREAD_NO_DEADLINE && clock_passed(deadline))
			return -ETIMEDOUT;
		thread_park(deadline);
	}
	return 0;
}

int
futex_wait_any(uint32_t *const words[], const uint32_t expected[], unsigned count,
	       uint64_t deadline)
{
	struct sleeper sleepers[FUTEX_WORDS_MAX] = {0};
	unsigned listed = 0;
	int result = 0;

	if (!count || count > FUTEX_WORDS_MAX)
		return -EINVAL;
	for (; listed < count && !result; listed++) {
		sleepers[listed] = (struct sleeper){words[listed], .thread = thread_current(),
						    .bits = FUTEX_ALL_BITS};
		if (!begin_sleep(&sleepers[listed], expected[listed]))
			result = -EAGAIN;
	}
	if (result)
		listed--; /* the last was not listed */
	else
		result = sleep_until_woken(sleepers, count, deadline);
	for (unsigned i = 0; i < listed; i++)
		if (end_sleep(&sleepers[i]))
			result = 0;
	return result;
}

int
futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline)
{
	return futex_wait_any(&word, &expected, 1, deadline);
}

int
futex_wait_bits(uint32_t *word, uint32_t expected, uint32_t bits, uint64_t deadline)
{
	struct sleeper sleeper = {word, .thread = thread_current(), .bits = bits};
	int result;

	if (!begin_sleep(&sleeper, expected))
		return -EAGAIN;
	result = sleep_until_woken(&sleeper, 1, deadline);
	return end_sleep(&sleeper) ? 0 : result;
}

/* Wakes up to count sleepers of a word in a locked bucket that have one of some bits. */
static int
wake_locked(struct bucket *bucket, const uint32_t *word, int count, uint32_t bits)
{
	struct sleeper *sleeper, *next;
	int woken = 0;

	spin_assert_held(&bucket->lock);
	for (sleeper = bucket->first; sleeper && woken < count; sleeper = next) {
		next = sleeper->next;
		if (sleeper->word != word || !(sleeper->bits & bits))
			continue;
		take_sleeper_out(bucket, sleeper);
		WRITE_ONCE(sleeper->woken, true);
		thread_unpark(sleeper->thread);
		woken++;
	}
	return woken;
}

int
futex_wake(uint32_t *word, int count)
{
	return futex_wake_bits(word, count, FUTEX_ALL_BITS);
}

int
futex_wake_bits(uint32_t *word, int count, uint32_t bits)
{
	struct bucket *bucket = bucket_of_word(word);
	uint64_t flags = spin_lock(&bucket->lock);
	int woken = wake_locked(bucket, word, count, bits);

	spin_unlock(&bucket->lock, flags);
	return woken;
}

/* Moves up to count sleepers from a word to another; both buckets are locked. */
static int
move_locked(struct bucket *from, const uint32_t *word, int count, struct bucket *to,
	    uint32_t *to_word)
{
	struct sleeper *sleeper, *next;
	int moved = 0;

	spin_assert_held(&from->lock);
	for (sleeper = from->first; sleeper && moved < count; sleeper = next) {
		next = sleeper->next;
		if (sleeper->word != word)
			continue;
		sleeper->word = to_word;
		moved++;
		if (to == from)
			continue; /* in its place */
		take_sleeper_out(from, sleeper);
		list_sleeper(to, sleeper);
	}
	return moved;
}

int
futex_requeue(uint32_t *word, int wake, int move, uint32_t *to, const uint32_t *compare)
{
	struct bucket *from_bucket = bucket_of_word(word);
	struct bucket *to_bucket = bucket_of_word(to);
	struct bucket *low = MIN(from_bucket, to_bucket);
	struct bucket *high = MAX(from_bucket, to_bucket);
	uint64_t flags = spin_lock(&low->lock);
	int result = -EAGAIN;

	if (high != low)
		spin_lock(&high->lock);
	if (!compare || READ_ONCE(*word) == *compare) {
		result = wake_locked(from_bucket, word, wake, FUTEX_ALL_BITS);
		result += move_locked(from_bucket, word, move, to_bucket, to);
	}
	if (high != low)
		spin_unlock(&high->lock, 0);
	spin_unlock(&low->lock, flags);
	return result;
}
