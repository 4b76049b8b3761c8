/* SPDX-License-Identifier: BSD-3-Clause */
/* The nodes that there are, and memory on one. */
#include <numa.h>
#include <stdio.h>
#include <string.h>

int
main(void)
{
	void *memory;

	if (numa_available() < 0 || !(memory = numa_alloc_onnode(4096, 0)))
		return 1;
	memset(memory, 1, 4096);
	printf("%d node, here %d\n", numa_max_node() + 1, numa_node_of_cpu(0));
	numa_free(memory, 4096);
	return 0;
}
