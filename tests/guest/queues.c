/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * POSIX message queues between threads: who waits, for how long, in which order, and who is told.
 */
/* QEMU: -smp 3 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define ROOM 4
#define SIZE 32
#define MANY 2000
#define SENDERS 2

static mqd_t
make(const char *name, int flags)
{
	struct mq_attr attributes = {.mq_maxmsg = ROOM, .mq_msgsize = SIZE};
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | flags, 0600, &attributes);

	CHECK(queue >= 0);
	CHECK_EQ(mq_unlink(name), 0);
	return queue;
}

static struct timespec
in_ms(long ms)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_nsec += ms * 1000000;
	time.tv_sec += time.tv_nsec / 1000000000;
	time.tv_nsec %= 1000000000;
	return time;
}

static void *
send_numbers(void *argument)
{
	mqd_t queue = (mqd_t)(intptr_t)argument;

	for (int i = 0; i < MANY; i++)
		CHECK_EQ(mq_send(queue, (char *)&i, sizeof(i), 0), 0);
	return NULL;
}

/* More than there is room for goes through, each sender's in order. */
static void
streams(void)
{
	mqd_t queue = make("/streams", 0);
	pthread_t threads[SENDERS];
	char buffer[SIZE];
	long sum = 0;

	for (unsigned i = 0; i < SENDERS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, send_numbers, (void *)(intptr_t)queue),
			 0);
	for (int i = 0; i < SENDERS * MANY; i++) {
		CHECK_EQ(mq_receive(queue, buffer, SIZE, NULL), sizeof(int));
		sum += *(int *)buffer;
	}
	CHECK_EQ(sum, SENDERS * (MANY - 1L) * MANY / 2);
	for (unsigned i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	mq_close(queue);
}

/* Times end a wait, whether for a message or for room. */
static void
times(void)
{
	mqd_t queue = make("/times", 0);
	struct timespec time = in_ms(30);
	char buffer[SIZE] = "";

	CHECK_FAILS(mq_timedreceive(queue, buffer, SIZE, NULL, &time), ETIMEDOUT);
	for (unsigned i = 0; i < ROOM; i++)
		CHECK_EQ(mq_timedsend(queue, buffer, 1, i, &time), 0);
	CHECK_FAILS(mq_timedsend(queue, buffer, 1, 0, &time), ETIMEDOUT);
	time = in_ms(30);
	CHECK_FAILS(mq_timedsend(queue, buffer, 1, 0, &time), ETIMEDOUT);
	mq_close(queue);
}

static volatile unsigned told, value;

static void
note(int signal_, siginfo_t *info, void *context)
{
	(void)context;
	told += signal_ == SIGUSR1 && info->si_code == SI_MESGQ;
	value = (unsigned)info->si_value.sival_int;
}

static void *
receive_one(void *argument)
{
	char buffer[SIZE];

	CHECK_EQ(mq_receive((mqd_t)(intptr_t)argument, buffer, SIZE, NULL), 1);
	return NULL;
}

/* Told once, of a message that comes into an empty queue for which nobody waits. */
static void
notified(void)
{
	mqd_t queue = make("/notified", O_NONBLOCK), other;
	struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct mq_attr blocking = {0};
	char buffer[SIZE];
	pthread_t thread;

	sigaction(SIGUSR1, &action, NULL);
	event.sigev_value.sival_int = 7;
	CHECK_EQ(mq_notify(queue, &event), 0);
	CHECK_FAILS(mq_notify(queue, &event), EBUSY);
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
	CHECK_EQ(told, 1);
	CHECK_EQ(value, 7);
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
	CHECK_EQ(mq_notify(queue, &event), 0);
	CHECK_EQ(mq_receive(queue, buffer, SIZE, NULL), 1);
	CHECK_EQ(mq_receive(queue, buffer, SIZE, NULL), 1);
	CHECK_EQ(told, 1);
	CHECK_EQ(mq_setattr(queue, &blocking, NULL), 0);
	CHECK_EQ(pthread_create(&thread, NULL, receive_one, (void *)(intptr_t)queue), 0);
	usleep(50000);
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
	pthread_join(thread, NULL);
	CHECK_EQ(told, 1); /* somebody waited */
	other = dup(queue);
	CHECK_EQ(mq_close(other), 0);
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
	CHECK_EQ(told, 1); /* who closes a descriptor is told no more */
	mq_close(queue);
}

static void *
send_later(void *argument)
{
	usleep(20000);
	CHECK_EQ(mq_send((mqd_t)(intptr_t)argument, "x", 1, 0), 0);
	return NULL;
}

static void
watched(void)
{
	mqd_t queue = make("/watched", O_NONBLOCK);
	struct pollfd one = {(int)queue, POLLIN, 0};
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	int instance = epoll_create1(0);
	pthread_t thread;

	CHECK_EQ(epoll_ctl(instance, EPOLL_CTL_ADD, (int)queue, &event), 0);
	CHECK_EQ(pthread_create(&thread, NULL, send_later, (void *)(intptr_t)queue), 0);
	CHECK_EQ(poll(&one, 1, 10000), 1);
	CHECK_EQ(epoll_wait(instance, &event, 1, 10000), 1);
	CHECK_EQ(epoll_wait(instance, &event, 1, 10), 0);
	pthread_join(thread, NULL);
	close(instance);
	mq_close(queue);
}

/* All queues together have no more than the limit says. */
static void
limited(void)
{
	struct mq_attr attributes = {.mq_maxmsg = 10, .mq_msgsize = 8192};
	struct rlimit limit;
	mqd_t queues[20];
	unsigned made = 0;

	CHECK_EQ(getrlimit(RLIMIT_MSGQUEUE, &limit), 0);
	CHECK_EQ(limit.rlim_cur, 819200);
	while (made < 20) {
		char name[] = {'/', (char)('a' + (int)made), 0};

		queues[made] = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
		if (queues[made] < 0)
			break;
		CHECK_EQ(mq_unlink(name), 0);
		made++;
	}
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(made, 9); /* 82,880 bytes each */
	while (made--)
		mq_close(queues[made]);
	CHECK_EQ(mq_close(make("/again", 0)), 0);
}

int
main(void)
{
	streams();
	times();
	notified();
	watched();
	limited();
	return check_end();
}
