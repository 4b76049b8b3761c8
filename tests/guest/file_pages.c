/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file is pages: sparse files take what they hold, mapped files grow and shrink, mappings and
 * reads show the same, and what several threads write to one file is all there.
 */
/* QEMU: -smp 4 -m 256 */
/* MODULE: LICENSE */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/guest/free_memory.h"
#include "tests/unit/check.h"

#define PAGE 4096UL
#define MB (1UL << 20)
#define GB (1UL << 30)
#define RW (PROT_READ | PROT_WRITE)

static int
fresh(int flags)
{
	return open("/tmp/pages", O_RDWR | O_CREAT | O_TRUNC | flags, 0600);
}

static void
sparse(void)
{
	unsigned long before = free_memory();
	int file = fresh(0);
	struct stat stat;
	char byte = 9;

	CHECK_EQ(ftruncate(file, 100 * GB), 0);
	CHECK_EQ(pwrite(file, "x", 1, 50 * GB), 1);
	CHECK_EQ(pwrite(file, "yz", 2, 70 * GB - 1), 2);
	CHECK_EQ(fstat(file, &stat), 0);
	CHECK_EQ(stat.st_size, 100 * GB);
	CHECK(stat.st_blocks <= 64);
	CHECK_EQ(pread(file, &byte, 1, 60 * GB), 1);
	CHECK_EQ(byte, 0);
	CHECK_EQ(pread(file, &byte, 1, 70 * GB), 1);
	CHECK_EQ(byte, 'z');
	CHECK_EQ(lseek(file, 0, SEEK_DATA), 50 * GB);
	CHECK_EQ(lseek(file, 50 * GB, SEEK_HOLE), 50 * GB + PAGE);
	CHECK_EQ(lseek(file, 71 * GB, SEEK_DATA), -1);
	CHECK_EQ(errno, ENXIO);
	CHECK_EQ(ftruncate(file, 50 * GB), 0);
	CHECK_EQ(ftruncate(file, 51 * GB), 0);
	CHECK_EQ(pread(file, &byte, 1, 50 * GB), 1);
	CHECK_EQ(byte, 0);
	close(file);
	unlink("/tmp/pages");
	CHECK(before - free_memory() < MB);
}

/* Two mappings, read() and write(): one contents. */
static void
mapped(void)
{
	int file = fresh(0);
	char *first, *second, *copy, text[16];

	CHECK_EQ(ftruncate(file, 3 * PAGE), 0);
	first = mmap(NULL, 64 * MB, RW, MAP_SHARED, file, 0);
	second = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, PAGE);
	copy = mmap(NULL, PAGE, RW, MAP_PRIVATE, file, PAGE);
	if (!CHECK(first != MAP_FAILED && second != MAP_FAILED && copy != MAP_FAILED))
		return;
	strcpy(first + PAGE, "shown");
	CHECK_EQ(strcmp(second, "shown"), 0);
	CHECK_EQ(pread(file, text, 6, PAGE), 6);
	CHECK_EQ(strcmp(text, "shown"), 0);
	strcpy(copy, "mine");
	CHECK_EQ(pwrite(file, "other", 6, PAGE), 6);
	CHECK_EQ(strcmp(second, "other"), 0);
	CHECK_EQ(strcmp(copy, "mine"), 0);
	/* It grows under the mapping. */
	CHECK_EQ(pwrite(file, "far", 4, 40 * MB), 4);
	CHECK_EQ(strcmp(first + 40 * MB, "far"), 0);
	first[20 * MB] = 'm';
	CHECK_EQ(pread(file, text, 1, 20 * MB), 1);
	CHECK_EQ(text[0], 'm');
	/* It shrinks and grows: what was cut off is zero. */
	CHECK_EQ(ftruncate(file, PAGE + 2), 0);
	CHECK_EQ(ftruncate(file, 64 * MB), 0);
	CHECK_EQ(memcmp(first + PAGE, "ot\0\0\0", 5), 0);
	CHECK_EQ(first[20 * MB] | first[40 * MB], 0);
	CHECK_EQ(munmap(first + MB, MB), 0);
	close(file);
	unlink("/tmp/pages");
	strcpy(first, "lives on");
	CHECK_EQ(strcmp(first, "lives on"), 0);
	CHECK_EQ(munmap(first, 64 * MB), 0);
	CHECK_EQ(munmap(second, PAGE), 0);
	CHECK_EQ(munmap(copy, PAGE), 0);
}

/* A file that is written from its own mapping. */
static void
from_itself(void)
{
	int file = fresh(0);
	char *base;

	CHECK_EQ(ftruncate(file, 4 * PAGE), 0);
	base = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, file, 0);
	memset(base, 'a', PAGE);
	CHECK_EQ(pwrite(file, base, 2 * PAGE, 2 * PAGE), 2 * PAGE);
	CHECK_EQ(base[2 * PAGE], 'a');
	CHECK_EQ(base[3 * PAGE], 0);
	CHECK_EQ(pread(file, base + PAGE, PAGE, 0), PAGE);
	CHECK_EQ(base[PAGE + 7], 'a');
	CHECK_EQ(munmap(base, 4 * PAGE), 0);
	close(file);
}

enum { THREADS = 4, RECORDS = 500, RECORD = 40 };
static int shared = -1;

static void *
write_records(void *argument)
{
	uintptr_t thread = (uintptr_t)argument;
	int file = shared >= 0 ? shared : open("/tmp/pages", O_WRONLY | O_APPEND);

	for (unsigned i = 0; i < RECORDS; i++) {
		char record[RECORD + 1];
		struct iovec pieces[2] = {{record, 7}, {record + 7, RECORD - 7}};

		snprintf(record, sizeof(record), "%-*lu%6u\n", RECORD - 7, thread, i);
		if (i % 2)
			CHECK_EQ(write(file, record, RECORD), RECORD);
		else
			CHECK_EQ(writev(file, pieces, 2), RECORD);
	}
	if (file != shared)
		close(file);
	return NULL;
}

/* Each record of each thread is there once, whole, and a thread's in its order. */
static void
check_records(void)
{
	FILE *file = fopen("/tmp/pages", "r");
	unsigned next[THREADS] = {0}, total = 0;
	char line[RECORD + 2];

	while (fgets(line, sizeof(line), file)) {
		unsigned thread = THREADS, record = 0;

		CHECK_EQ(strlen(line), RECORD);
		sscanf(line, "%u %u", &thread, &record);
		if (!CHECK(thread < THREADS))
			break;
		CHECK_EQ(record, next[thread]++);
		total++;
	}
	CHECK_EQ(total, THREADS * RECORDS);
	fclose(file);
}

static void
writers(int descriptor)
{
	pthread_t threads[THREADS];

	shared = descriptor;
	for (uintptr_t i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, write_records, (void *)i), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	check_records();
}

static char module_path[256];

static int
find_module(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
	(void)stat;
	(void)kind;
	if (strcmp(path + place->base, "LICENSE"))
		return 0;
	strncpy(module_path, path, sizeof(module_path) - 1);
	return 1;
}

/* A boot module's memory is not written to. */
static void
module(void)
{
	int file = nftw("/", find_module, 8, FTW_PHYS) == 1 ? open(module_path, O_RDWR) : -1;
	char first[8], again[8], *base;
	struct stat stat;

	if (!CHECK(file >= 0))
		return;
	CHECK_EQ(fstat(file, &stat), 0);
	CHECK_EQ(pread(file, first, 8, 0), 8);
	base = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
	CHECK_EQ(memcmp(base, first, 8), 0);
	CHECK_EQ(pwrite(file, "#", 1, 3), 1);
	CHECK_EQ(base[3], '#');
	CHECK_EQ(ftruncate(file, 2), 0);
	CHECK_EQ(ftruncate(file, stat.st_size), 0);
	CHECK_EQ(pread(file, again, 8, 0), 8);
	CHECK_EQ(memcmp(again, first, 2), 0);
	CHECK_EQ(again[2] | again[7], 0);
	CHECK_EQ(munmap(base, PAGE), 0);
	close(file);
}

int
main(void)
{
	sparse();
	mapped();
	from_itself();
	writers(fresh(0));
	close(shared);
	fresh(0);
	writers(-1);
	module();
	return check_end();
}
