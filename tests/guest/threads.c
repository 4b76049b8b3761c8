/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads come and go: many at once, thousands one after the other, detached, with values and
 * thread-local storage of their own, cancelled, named.
 */
/* QEMU: -smp 4 -m 256 */
/* SECONDS: 120 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/guest/free_memory.h"
#include "tests/unit/check.h"

#define AT_ONCE 200
#define IN_ALL 1500
#define DETACHED 300
#define SPARE (4ul << 20) /* far less than the stacks of all */

static _Thread_local int zero;
static _Thread_local int number = 17;
static _Thread_local char aligned[100] __attribute__((aligned(64))) = "start";
static sem_t done;
static unsigned bad_tls;

static void *
with_storage(void *argument)
{
	if (zero != 0 || number != 17 || strcmp(aligned, "start") || (uintptr_t)aligned % 64)
		__atomic_add_fetch(&bad_tls, 1, __ATOMIC_RELAXED);
	zero = number = (int)(intptr_t)argument;
	aligned[0] = 0;
	usleep(1000);
	if (zero != (int)(intptr_t)argument || number != zero)
		__atomic_add_fetch(&bad_tls, 1, __ATOMIC_RELAXED);
	return argument;
}

static void
many_at_once(void)
{
	static pthread_t threads[AT_ONCE];
	unsigned failed = 0, wrong = 0;
	void *value;

	for (intptr_t i = 0; i < AT_ONCE; i++)
		failed += pthread_create(&threads[i], NULL, with_storage, (void *)i) != 0;
	for (intptr_t i = 0; i < AT_ONCE; i++) {
		failed += pthread_join(threads[i], &value) != 0;
		wrong += value != (void *)i;
	}
	CHECK_EQ(failed, 0);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(bad_tls, 0);
}

static void *
at_once_over(void *argument)
{
	return argument;
}

/* Memory must not become less: each thread's stacks are given back. */
static void
many_in_all(void)
{
	unsigned failed = 0;
	unsigned long before = free_memory();

	for (intptr_t i = 0; i < IN_ALL; i++) {
		pthread_t thread;
		void *value = NULL;

		failed += pthread_create(&thread, NULL, at_once_over, (void *)i) != 0 ||
			  pthread_join(thread, &value) != 0 || value != (void *)i;
	}
	CHECK_EQ(failed, 0);
	CHECK(free_memory() + SPARE >= before);
}

static void *
tell(void *argument)
{
	sem_post(&done);
	return argument;
}

static void
detached(void)
{
	pthread_attr_t attributes;
	unsigned failed = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	for (unsigned i = 0; i < DETACHED; i++) {
		pthread_t thread;

		while (pthread_create(&thread, &attributes, tell, NULL) == EAGAIN)
			usleep(100);
	}
	for (unsigned i = 0; i < DETACHED; i++)
		failed += sem_wait(&done) != 0;
	CHECK_EQ(failed, 0);
}

static void
cleanup(void *argument)
{
	*(int *)argument = 1;
}

static void *
cancelled(void *argument)
{
	pthread_cleanup_push(cleanup, argument);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return NULL;
}

static void *
cancelled_at_once(void *argument)
{
	volatile unsigned *count = argument;

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	for (;;)
		(*count)++;
	return NULL;
}

static void
cancelling(void)
{
	pthread_t thread;
	void *value = NULL;
	int cleaned = 0;
	unsigned count = 0;

	CHECK_EQ(pthread_create(&thread, NULL, cancelled, &cleaned), 0);
	usleep(2000);
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(pthread_join(thread, &value), 0);
	CHECK(value == PTHREAD_CANCELED);
	CHECK_EQ(cleaned, 1);

	CHECK_EQ(pthread_create(&thread, NULL, cancelled_at_once, &count), 0);
	usleep(2000);
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(pthread_join(thread, &value), 0);
	CHECK(value == PTHREAD_CANCELED);
}

static void *
wait_for_end(void *argument)
{
	sem_wait(argument);
	return NULL;
}

static void
attributes(void)
{
	sem_t end;
	pthread_attr_t attributes;
	size_t size;
	void *base;
	char name[16];
	pthread_t thread;

	CHECK_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
	CHECK_EQ(pthread_attr_getstack(&attributes, &base, &size), 0);
	CHECK(size >= 200 * 1024 && size <= 8 << 20);
	CHECK((char *)&size > (char *)base && (char *)&size < (char *)base + size);

	pthread_setname_np(pthread_self(), "a name");
	CHECK_EQ(pthread_getname_np(pthread_self(), name, sizeof(name)), 0);
	CHECK_STRING(name, "a name");

	sem_init(&end, 0, 0);
	CHECK_EQ(pthread_create(&thread, NULL, wait_for_end, &end), 0);
	CHECK_EQ(pthread_setname_np(thread, "another"), 0);
	CHECK_EQ(pthread_getname_np(thread, name, sizeof(name)), 0);
	CHECK_STRING(name, "another");
	sem_post(&end);
	pthread_join(thread, NULL);
}

/* Entries of a directory whose names are not "." and "..". */
static unsigned
entries(const char *path)
{
	DIR *directory = opendir(path);
	unsigned count = 0;

	for (const struct dirent *entry; directory && (entry = readdir(directory));)
		count += entry->d_name[0] != '.';
	if (directory)
		closedir(directory);
	return count;
}

/* Waits until the threads that were joined are gone as well. */
static void
await_one_task(void)
{
	for (unsigned i = 0; i < 5000 && entries("/proc/self/task") != 1; i++)
		usleep(1000);
	CHECK_EQ(entries("/proc/self/task"), 1);
}

/* /proc/self/task has a directory for each thread that there is, and that the thread's name. */
static void
tasks(void)
{
	char path[64], name[32] = "";
	struct stat stat_of;
	pthread_t thread;
	sem_t end;
	int file, id;

	await_one_task();
	sem_init(&end, 0, 0);
	CHECK_EQ(pthread_create(&thread, NULL, wait_for_end, &end), 0);
	CHECK_EQ(entries("/proc/self/task"), 2);
	CHECK_EQ(pthread_setname_np(thread, "worker"), 0);
	for (id = 2; id < 10000; id++) {
		snprintf(path, sizeof(path), "/proc/self/task/%d/comm", id);
		file = open(path, O_RDWR);
		if (file >= 0 && read(file, name, sizeof(name)) && !strcmp(name, "worker\n"))
			break;
		close(file);
	}
	CHECK_STRING(name, "worker\n");
	CHECK_EQ(fstat(file, &stat_of), 0);
	CHECK_EQ(stat_of.st_mode, S_IFREG | 0644);
	CHECK_EQ(open("/proc/self/task/99999/comm", O_RDONLY), -1);
	CHECK_EQ(errno, ENOENT);
	path[strlen(path) - 5] = '\0';
	CHECK_EQ(entries(path), 3); /* comm, stat, status */
	CHECK_EQ(chdir(path), 0);
	CHECK_EQ(access("comm", R_OK | W_OK), 0);
	CHECK_EQ(chdir("/"), 0);
	sem_post(&end);
	pthread_join(thread, NULL);
	await_one_task();
	CHECK_EQ(pread(file, name, sizeof(name), 0), -1);
	CHECK_EQ(errno, ESRCH);
	CHECK_EQ(access(path, F_OK), -1);
	close(file);
}

/* A large stack, all of it used; the memory is there. */
static void *
deep(void *argument)
{
	volatile char room[3 << 20];

	for (size_t i = 0; i < sizeof(room); i += 4096)
		room[i] = 1;
	return argument;
}

static void
large_stack(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	void *value = NULL;

	pthread_attr_init(&attributes);
	CHECK_EQ(pthread_attr_setstacksize(&attributes, 4 << 20), 0);
	CHECK_EQ(pthread_create(&thread, &attributes, deep, &value), 0);
	CHECK_EQ(pthread_join(thread, &value), 0);
	CHECK(value == &value);
}

int
main(void)
{
	sem_init(&done, 0, 0);
	attributes();
	tasks();
	large_stack();
	many_at_once();
	many_in_all();
	detached();
	cancelling();
	return check_end();
}
