/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread that was detached and has ended may still be named for a while, as programs do with one
 * that they have just made: it is gone, but what names it is still there. (glibc keeps stacks,
 * too.)
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define THREADS 200

static atomic_int ended;

static void *
run(void *argument)
{
	pthread_detach(pthread_self());
	atomic_fetch_add(&ended, 1);
	return argument;
}

int
main(void)
{
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;
		int error;

		CHECK_EQ(pthread_create(&thread, NULL, run, NULL), 0);
		while (atomic_load(&ended) <= i)
			sched_yield();
		usleep(i % 4 * 500); /* before, while and after it ends */
		error = pthread_setname_np(thread, "late");
		CHECK(error == 0 || error == ENOENT || error == ESRCH || error == EINVAL);
	}
	return check_end();
}
