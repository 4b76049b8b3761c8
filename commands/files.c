/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands about files: ls, mkdir, rm; and sleep.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* nftw */
#endif
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "text.h"

#define DESCRIPTORS 16 /* that a walk through a tree may have open */

static int
fail(const char *name, const char *path, const struct command_streams *streams)
{
	fprintf(streams->error, "%s: %s: %s\n", name, path, strerror(errno));
	return 1;
}

/* Takes options of one letter each. Returns where the files begin, or 0: one is not known. */
static int
take_options(int argc, char **argv, const char *known, bool given[])
{
	int at = 1;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++)
		for (const char *option = argv[at] + 1; *option != '\0'; option++) {
			const char *found = strchr(known, *option);

			if (found == NULL)
				return 0;
			given[found - known] = true;
		}
	return at;
}

/* -- ls ---------------------------------------------------------------------------------------- */

static int
list(const char *path, bool all, const struct command_streams *streams)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);

	if (count < 0 && errno == ENOTDIR) {
		fprintf(streams->out, "%s\n", path);
		return 0;
	}
	if (count < 0)
		return fail("ls", path, streams) + 1;
	for (int i = 0; i < count; i++) {
		if (all || entries[i]->d_name[0] != '.')
			fprintf(streams->out, "%s\n", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

int
command_ls(int argc, char **argv, const struct command_streams *streams)
{
	bool given[2] = {false};
	int at = take_options(argc, argv, "a1", given), status = 0;

	if (at == 0)
		return text_refuse(argv[0], argv[1], streams);
	if (at == argc)
		return list(".", given[0], streams);
	for (int i = at, several = argc - at > 1; i < argc; i++) {
		int result;

		if (several)
			fprintf(streams->out, "%s%s:\n", i > at ? "\n" : "", argv[i]);
		result = list(argv[i], given[0], streams);
		status = result != 0 ? result : status;
	}
	return status;
}

/* -- mkdir ------------------------------------------------------------------------------------- */

/* With all above it; that it is there is no fault. */
static int
make_path(char *path, const struct command_streams *streams)
{
	struct stat status;

	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			return fail("mkdir", path, streams);
		*slash = '/';
	}
	if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &status) == 0 &&
				       S_ISDIR(status.st_mode)))
		return 0;
	return fail("mkdir", path, streams);
}

int
command_mkdir(int argc, char **argv, const struct command_streams *streams)
{
	bool parents = false;
	int at = take_options(argc, argv, "p", &parents), status = 0;

	if (at == 0 || at == argc)
		return text_refuse(argv[0], argc > 1 ? argv[1] : "(no name)", streams) - 1;
	for (; at < argc; at++) {
		if (parents)
			status |= make_path(argv[at], streams);
		else if (mkdir(argv[at], 0777) != 0)
			status = fail("mkdir", argv[at], streams);
	}
	return status;
}

/* -- rm ---------------------------------------------------------------------------------------- */

static int
remove_one(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status;
	(void)flag;
	(void)place;
	return remove(path);
}

int
command_rm(int argc, char **argv, const struct command_streams *streams)
{
	bool given[3] = {false};
	int at = take_options(argc, argv, "frR", given), status = 0;
	bool forced = given[0], trees = given[1] || given[2];

	if (at == 0 || (at == argc && !forced))
		return text_refuse(argv[0], argc > 1 ? argv[1] : "(no name)", streams) - 1;
	for (; at < argc; at++) {
		int result = trees ? nftw(argv[at], remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS)
				   : unlink(argv[at]);

		if (result != 0 && !(forced && errno == ENOENT))
			status = fail("rm", argv[at], streams);
	}
	return status;
}

/* -- sleep ------------------------------------------------------------------------------------- */

int
command_sleep(int argc, char **argv, const struct command_streams *streams)
{
	char *end = NULL;
	double seconds = argc == 2 ? strtod(argv[1], &end) : -1;
	struct timespec left;

	if (!(seconds >= 0) || (*end != '\0' && strcmp(end, "s") != 0)) {
		fprintf(streams->error, "sleep: a number of seconds is wanted\n");
		return 1;
	}
	left.tv_sec = (time_t)seconds;
	left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
	while (nanosleep(&left, &left) != 0)
		;
	return 0;
}
