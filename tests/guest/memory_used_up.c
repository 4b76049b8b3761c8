/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * With no memory left, what in /sys is made up when somebody looks is not there, and says why; with
 * some again it is.
 */
/* QEMU: -m 64 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define PAGE 4096UL
#define LARGEST (64UL << 20)
#define CPUS "/sys/devices/system/cpu"

/* A mapping, on the list of all. */
struct piece {
	struct piece *next;
	size_t length;
};

static struct piece *
take(size_t length)
{
	struct piece *piece = mmap(NULL, length, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (piece == MAP_FAILED)
		return NULL;
	piece->length = length;
	return piece;
}

static struct piece *
take_all(void)
{
	struct piece *first = NULL, *piece;

	for (size_t length = LARGEST; length >= PAGE; length /= 2) {
		while ((piece = take(length))) {
			piece->next = first;
			first = piece;
		}
	}
	return first;
}

static void
give_back(struct piece *piece)
{
	while (piece) {
		struct piece *next = piece->next;

		CHECK_EQ(munmap(piece, piece->length), 0);
		piece = next;
	}
}

static const char *
name_of(unsigned i)
{
	static char name[32];

	snprintf(name, sizeof(name), "/tmp/%u", i);
	return name;
}

int
main(void)
{
	DIR *directory = opendir(CPUS);
	struct piece *pieces = take_all();
	struct dirent *entry;
	unsigned names = 0, entries = 0;

	while (mkdir(name_of(names), 0700) == 0) /* the rest of the last page of names */
		names++;
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(access(CPUS "/cpu0/topology/core_id", R_OK), -1);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(access("/sys/bus/pci/devices/none", F_OK), -1);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(access("/proc/self/fd/0", F_OK), -1);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(access(CPUS, F_OK), 0);
	errno = 0;
	while ((entry = readdir(directory)))
		entries += entry->d_name[0] != '.';
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(entries, 0);

	give_back(pieces);
	while (names)
		CHECK_EQ(rmdir(name_of(--names)), 0);
	CHECK_EQ(access(CPUS "/cpu0/topology/core_id", R_OK), 0);
	CHECK_EQ(access("/sys/bus/pci/devices/none", F_OK), -1);
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(access("/proc/self/fd/0", F_OK), 0);
	rewinddir(directory);
	while ((entry = readdir(directory)))
		entries += entry->d_name[0] != '.';
	CHECK_EQ(entries, 2); /* cpu0, online */
	closedir(directory);
	return check_end();
}
