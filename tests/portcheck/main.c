/* SPDX-License-Identifier: BSD-3-Clause */
/* Options, and the check that they name. See portcheck.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>

#include "portcheck.h"

#define NUMBER_MAX 100000ul

void
fail(const char *format, ...)
{
	va_list args;

	printf("portcheck: failed: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	exit(EXIT_FAILURE);
}

static unsigned
number(int argc, char **argv)
{
	char *end;
	unsigned long value;

	if (argc < 3)
		fail("%s needs a number", argv[1]);
	value = strtoul(argv[2], &end, 10);
	if (*end || value == 0 || value > NUMBER_MAX)
		fail("%s is not a number from 1 to %lu", argv[2], NUMBER_MAX);
	return (unsigned)value;
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);
	const char *check;

	if (used < 0)
		fail("DPDK does not start");
	argc -= used;
	argv += used;
	check = argc > 1 ? argv[1] : "";
	if (!strcmp(check, "restart"))
		check_restart(number(argc, argv));
	else if (!strcmp(check, "spread"))
		check_spread(number(argc, argv));
	else if (!strcmp(check, "flow"))
		check_flow(number(argc, argv));
	else if (!strcmp(check, "offload"))
		check_offload();
	else if (!strcmp(check, "filter"))
		check_filter();
	else if (!strcmp(check, "reset"))
		check_reset(number(argc, argv));
	else if (!strcmp(check, "watch"))
		check_watch(number(argc, argv));
	else
		fail("'%s' is no check: see portcheck.h", check);
	printf("portcheck: passed\n");
	rte_eal_cleanup();
	return EXIT_SUCCESS;
}
