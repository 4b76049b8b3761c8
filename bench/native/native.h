/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is measured on this machine's own processor, in cycles of the time stamp counter. The same
 * sources are compiled for each side; a row is a line on standard output:
 *
 *	NAME <tab> cycles <tab> mean of the lower 99 % <tab> their standard deviation
 *
 * "cycles" is the tenth percentile: what else the machine does is above it, and a mere minimum is
 * one lucky sample.
 */
#ifndef NATIVE_H
#define NATIVE_H

#include <stddef.h>
#include <stdint.h>

#include <rte_cycles.h>
#include <rte_mempool.h>

#define NATIVE_SAMPLES 3000

/* Samples of one row, in cycles an operation. */
struct native_samples {
	double cycles[NATIVE_SAMPLES];
	size_t count;
};

void native_add(struct native_samples *samples, double cycles);
/* Prints the row; the samples are sorted, and empty then. */
void native_report(struct native_samples *samples, const char *name);

/* NATIVE_ROW(name, count, operation): as many samples, each of `count` times the operation. */
#define NATIVE_ROW(name, times, operation) \
	do { \
		static struct native_samples samples; \
		while (samples.count < NATIVE_SAMPLES) { \
			uint64_t begin = rte_rdtsc_precise(); \
			for (size_t i = 0; i < (times); i++) { \
				operation; \
				__asm__ volatile("" : : : "memory"); \
			} \
			native_add(&samples, (double)(rte_rdtsc_precise() - begin) / (times)); \
		} \
		native_report(&samples, name); \
	} while (0)

/* The groups of rows. Each returns 0, or -1 when it could not be set up. */
/* tx_free: descriptors that are free when sent frames are looked after; 0: the driver's default. */
int native_packets(const char *socket, const char *device, const char *options, uint16_t tx_free,
	int threads);
int native_ops(void);
int native_library(void);

#endif
