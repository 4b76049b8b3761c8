/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Trace points are found, switched and described, though nothing was registered at the start
 * (eal_bare/eal_trace.c); with --trace, what they record is in the files that DPDK writes.
 */
#include "tests/ealcheck/trace.h"

#include <dirent.h>

#include <rte_malloc.h>
#include <rte_trace.h>
#include <rte_trace_point.h>

#include "tests/unit/check.h"

#define TRACES "/traces" /* --trace-dir */
#define FILE_MAX (1 << 18)
#define PATH_MAX_BYTES 600
#define MALLOC "lib.eal.mem.malloc"

static char text[FILE_MAX];

/* -- Without --trace -------------------------------------------------------------------------- */

static void
check_switching(void)
{
	rte_trace_point_t *point = rte_trace_point_lookup("lib.eal.generic.u64");

	if (!CHECK(point != NULL))
		return;
	CHECK(rte_trace_point_lookup("lib.eal.no.such") == NULL);
	CHECK(!rte_trace_point_is_enabled(point));
	CHECK_EQ(rte_trace_pattern("lib.eal.generic.u6*", true), 1);
	CHECK(rte_trace_point_is_enabled(point));
	CHECK_EQ(rte_trace_point_disable(point), 0);
	CHECK(!rte_trace_point_is_enabled(point));
}

static void
check_description(void)
{
	FILE *file = fmemopen(text, sizeof(text), "w");

	if (!CHECK(file != NULL))
		return;
	CHECK_EQ(rte_trace_metadata_dump(file), 0);
	CHECK_EQ(fclose(file), 0);
	CHECK(strstr(text, "\"lib.eal.generic.u64\"") != NULL);
}

/* -- With --trace=lib.eal.mem.malloc --trace-dir=TRACES --------------------------------------- */

/* A file's bytes, in `text`. Returns how many. */
static size_t
read_file(const char *directory, const char *name)
{
	char path[PATH_MAX_BYTES];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "r");
	if (!CHECK(file != NULL))
		return 0;
	size = fread(text, 1, sizeof(text), file);
	fclose(file);
	return size;
}

/*
 * DPDK makes a directory for each run, with a description and a file for each thread, in one of
 * which the pointer must be.
 */
static void
check_session(const char *directory, const void *recorded)
{
	const struct dirent *entry;
	bool described = false, found = false;
	DIR *files = opendir(directory);

	if (!CHECK(files != NULL))
		return;
	while ((entry = readdir(files)) != NULL) {
		size_t size;

		if (entry->d_name[0] == '.')
			continue;
		size = read_file(directory, entry->d_name);
		if (strcmp(entry->d_name, "metadata") == 0)
			described = memmem(text, size, MALLOC, sizeof(MALLOC) - 1) != NULL;
		else if (memmem(text, size, &recorded, sizeof(recorded)) != NULL)
			found = true;
	}
	closedir(files);
	CHECK(described);
	CHECK(found);
}

static void
check_recording(void)
{
	const struct dirent *entry;
	char session[PATH_MAX_BYTES] = "";
	void *block;
	DIR *sessions;

	CHECK(rte_trace_is_enabled());
	CHECK(rte_trace_point_is_enabled(rte_trace_point_lookup(MALLOC)));
	CHECK(!rte_trace_point_is_enabled(rte_trace_point_lookup("lib.eal.mem.free")));
	block = rte_malloc("traced", 1000, 0);
	CHECK_EQ(rte_trace_save(), 0);
	sessions = opendir(TRACES);
	if (!CHECK(sessions != NULL))
		return;
	while ((entry = readdir(sessions)) != NULL)
		if (entry->d_name[0] != '.')
			snprintf(session, sizeof(session), TRACES "/%s", entry->d_name);
	closedir(sessions);
	check_session(session, block);
	rte_free(block);
}

int
trace_check(int argc, char **argv)
{
	static const char option[] = "--trace=";
	bool asked = false;

	for (int i = 1; i < argc; i++)
		asked |= strncmp(argv[i], option, sizeof(option) - 1) == 0;
	if (asked) {
		check_recording();
	} else {
		check_switching();
		check_description();
	}
	return check_end();
}
