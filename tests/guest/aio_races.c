/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Linux's asynchronous calls on several CPUs at once: whatever is submitted is completed once, by
 * its event or by cancelling, and contexts that are destroyed meanwhile leave nothing behind.
 */
/* QEMU: -smp 4 -m 256 */
/* SECONDS: 120 */
#include "tests/guest/aio.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include "tests/guest/free_memory.h"
#include "tests/guest/pin.h"
#include "tests/unit/check.h"

#define FILES 4
#define REQUESTS 64
#define ROUNDS 3000
#define LIVES 300
#define READING_SECONDS 5
#define EVENTS 4000	      /* a ring of 256 KB */
#define SLACK (20 * 1024 * 1024) /* bytes that may be unmapped and not given back yet */
#define LONG_MS 20000

static int files[FILES];
static unsigned long context;
static bool over;
static unsigned completed[REQUESTS];

static bool
is_over(void)
{
	return __atomic_load_n(&over, __ATOMIC_ACQUIRE);
}

/* Counts files up and down. */
static void *
write_on(void *argument)
{
	uint64_t count = 1;

	pin(1);
	for (unsigned i = 0; !is_over(); i++) {
		(void)!write(files[i % FILES], &count, sizeof(count));
		(void)!read(files[(i + 2) % FILES], &count, sizeof(count));
		count = 1;
	}
	return argument;
}

static void *
cancel_on(void *argument)
{
	struct iocb *requests = argument;

	pin(2);
	for (unsigned i = 0; !is_over(); i++)
		cancel(__atomic_load_n(&context, __ATOMIC_ACQUIRE), &requests[i * 7 % REQUESTS]);
	return NULL;
}

static void
take(long least, unsigned *left)
{
	struct io_event events[REQUESTS];
	long count = get_events(context, least, REQUESTS, events, LONG_MS);

	CHECK(count >= least);
	for (long i = 0; i < count; i++) {
		CHECK(events[i].data < REQUESTS);
		CHECK_EQ(events[i].res & ~POLLIN, 0);
		completed[events[i].data % REQUESTS]++;
	}
	*left -= count > 0 ? (unsigned)count : 0;
}

/* Every request has one completion, whoever comes first. */
static void
once(void)
{
	static struct iocb requests[REQUESTS];
	pthread_t threads[2];
	unsigned left = 0, rounds = 0;

	context = setup(REQUESTS);
	for (unsigned i = 0; i < REQUESTS; i++) {
		requests[i] = poll_request(files[i % FILES], POLLIN);
		requests[i].aio_data = i;
	}
	CHECK_EQ(pthread_create(&threads[0], NULL, write_on, NULL), 0);
	CHECK_EQ(pthread_create(&threads[1], NULL, cancel_on, requests), 0);
	pin(3);
	for (; rounds < ROUNDS; rounds++) {
		CHECK_EQ(submit(context, &requests[rounds % REQUESTS]), 1);
		left++;
		while (left == REQUESTS || (rounds + 1) % REQUESTS == 0) {
			if (!left)
				break;
			take(1, &left);
		}
	}
	while (left)
		take(1, &left);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	for (unsigned i = 0; i < REQUESTS; i++)
		CHECK_EQ(completed[i], rounds / REQUESTS + (i < rounds % REQUESTS));
	CHECK_EQ(destroy(context), 0);
}

/* -- Destroying -------------------------------------------------------------------------------- */

static unsigned submitted, refused, taken;

static void *
submit_on(void *argument)
{
	struct iocb request;
	unsigned cpu = (unsigned)(uintptr_t)argument;

	pin(cpu);
	for (unsigned i = 0; !is_over(); i++) {
		unsigned long id = __atomic_load_n(&context, __ATOMIC_ACQUIRE);
		struct io_event event;

		request = poll_request(files[i % FILES], POLLIN);
		if (submit(id, &request) == 1)
			__atomic_add_fetch(&submitted, 1, __ATOMIC_RELAXED);
		else
			__atomic_add_fetch(&refused, 1, __ATOMIC_RELAXED);
		if (i % 3 == 0 && get_events(id, 1, 1, &event, 1) == 1)
			__atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void
live_and_die(void)
{
	unsigned long id = setup(EVENTS);

	CHECK(id);
	__atomic_store_n(&context, id, __ATOMIC_RELEASE);
	usleep(500);
	CHECK_EQ(destroy(id), 0);
}

static void
lives(unsigned count)
{
	pthread_t threads[3];

	__atomic_store_n(&over, false, __ATOMIC_RELEASE);
	CHECK_EQ(pthread_create(&threads[0], NULL, write_on, NULL), 0);
	for (unsigned i = 1; i < 3; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, submit_on, (void *)(uintptr_t)(i + 1)),
			 0);
	for (unsigned i = 0; i < count; i++)
		live_and_die();
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

/* Contexts come and go under who submits and waits. */
static void
destroyed(void)
{
	unsigned long before;
	char text[32] = "";
	int fd;

	lives(LIVES / 10);
	before = free_memory();
	lives(LIVES);
	CHECK(submitted > 0 && refused > 0 && taken > 0);
	CHECK(free_memory() + SLACK > before);
	fd = open("/proc/sys/fs/aio-nr", O_RDONLY);
	CHECK(read(fd, text, sizeof(text) - 1) > 0);
	CHECK_STRING(text, "0\n");
	close(fd);
}

static unsigned round_number;

/* Adds one in each round. */
static void *
add_on(void *cpu)
{
	uint64_t one = 1;

	pin((unsigned)(uintptr_t)cpu);
	for (unsigned seen = 0, now; !is_over(); seen = now) {
		do
			now = __atomic_load_n(&round_number, __ATOMIC_ACQUIRE);
		while (now == seen && !is_over());
		(void)!write(files[0], &one, sizeof(one));
	}
	return NULL;
}

/* Waits for what both have added. Returns how often a poll was completed with nothing to read. */
static unsigned
read_both(struct iocb *request)
{
	struct io_event event;
	uint64_t count, sum = 0;
	unsigned in_vain = 0;

	while (sum < 2 && CHECK_EQ(get_events(context, 1, 1, &event, LONG_MS), 1)) {
		if (read(files[0], &count, sizeof(count)) == sizeof(count))
			sum += count;
		else
			in_vain++;
		CHECK_EQ(submit(context, request), 1);
	}
	return in_vain + (unsigned)get_events(context, 0, 1, &event, 0);
}

/*
 * A poll is completed by what is there to read, not by a writing that has been read before it was
 * begun: two write at once, and the first reading often has what both wrote.
 */
static void
readable(void)
{
	struct iocb request = poll_request(files[0], POLLIN);
	pthread_t threads[2];
	unsigned in_vain = 0;
	uint64_t count;

	over = false;
	context = setup(REQUESTS);
	(void)!read(files[0], &count, sizeof(count));
	for (unsigned i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, add_on, (void *)(uintptr_t)(i + 1));
	pin(0);
	CHECK_EQ(submit(context, &request), 1);
	for (time_t until = time(NULL) + READING_SECONDS; time(NULL) < until && !in_vain;) {
		__atomic_add_fetch(&round_number, 1, __ATOMIC_RELEASE);
		in_vain = read_both(&request);
	}
	CHECK_EQ(in_vain, 0);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	destroy(context);
}

int
main(void)
{
	for (unsigned i = 0; i < FILES; i++)
		files[i] = eventfd(0, EFD_NONBLOCK);
	once();
	destroyed();
	readable();
	return check_end();
}
