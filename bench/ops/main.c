/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>

#include "test.h" /* DPDK's, of app/test */

#include "ops.h"

/* DPDK's tests enter themselves into the list of their program, which is not here. */
void
add_test_command(struct test_command *test)
{
	(void)test;
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (rte_eal_init(argc, argv) < 0)
		return EXIT_FAILURE;
	if (ops_mempool() != 0 || ops_ring() != 0) {
		printf("ops: failed\n");
		return EXIT_FAILURE;
	}
	printf("ops: over\n");
	return EXIT_SUCCESS;
}
