/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random episodes of system calls, whose lines are the same on Linux and here: the same objects are
 * linked for both, and tests/conformance/compare compares. docs/linux.md tells how.
 *
 * Without --kind the kinds are listed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/workers.h"

static void
make_run(const struct options_run *run)
{
	const struct episode_kind *kind = kinds_find(run->kind);

	if (!kind) {
		fprintf(stderr, "conformance: there is no kind \"%s\"\n", run->kind);
		exit(2);
	}
	workers_run(kind, run);
}

/* The runs of a file, each behind a line with its number. */
static void
make_runs(const struct options_run *common, const char *path)
{
	FILE *file = fopen(path, "re");
	static char line[4096];

	if (!file) {
		perror(path);
		exit(2);
	}
	for (unsigned number = 0; fgets(line, sizeof(line), file); number++) {
		struct options_run run = *common;

		options_read_line(&run, line);
		printf("@ %u\n", number);
		fflush(stdout);
		make_run(&run);
	}
	fclose(file);
}

int
main(int argc, char **argv)
{
	struct options_run run;
	const char *runs = options_read(&run, argc, argv);

	workers_begin();
	if (runs)
		make_runs(&run, runs);
	else if (run.kind[0])
		make_run(&run);
	else
		for (const struct episode_kind *const *kind = kinds_all; *kind; kind++)
			printf("%s\n", (*kind)->name);
	printf(".\n");
	return 0;
}
