/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * native EAL... -- ops | library | packets SOCKET NAME OPTIONS TX_FREE: one group of rows. With two
 * lcores the packets' far end is on the second.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_lcore.h>

#include "native.h"

void
native_add(struct native_samples *samples, double cycles)
{
	if (samples->count < NATIVE_SAMPLES)
		samples->cycles[samples->count++] = cycles;
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void
native_report(struct native_samples *samples, const char *name)
{
	size_t lower = samples->count * 99 / 100;
	double sum = 0, squares = 0;

	qsort(samples->cycles, samples->count, sizeof(double), order);
	for (size_t i = 0; i < lower; i++)
		sum += samples->cycles[i];
	double mean = sum / lower;
	for (size_t i = 0; i < lower; i++)
		squares += (samples->cycles[i] - mean) * (samples->cycles[i] - mean);
	printf("%s\t%.2f\t%.2f\t%.2f\n", name, samples->cycles[samples->count / 10], mean,
		sqrt(squares / lower));
	samples->count = 0;
}

int
main(int argc, char **argv)
{
	int taken = rte_eal_init(argc, argv);
	if (taken < 0)
		return EXIT_FAILURE;
	char **words = argv + taken + 1;
	int count = argc - taken - 1, failed = -1;
	if (count == 1 && !strcmp(words[0], "ops"))
		failed = native_ops();
	else if (count == 1 && !strcmp(words[0], "library"))
		failed = native_library();
	else if (count == 5 && !strcmp(words[0], "packets"))
		failed = native_packets(words[1], words[2], words[3], (uint16_t)atoi(words[4]),
			(int)rte_lcore_count());
	else
		fprintf(stderr, "native: which rows?\n");
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
