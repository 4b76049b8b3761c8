/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ops: what a mempool and a ring cost, by the functions of DPDK's own performance tests
 * (app/test/test_mempool_perf.c and test_ring_perf.c, compiled as they are). The tests themselves
 * take hours, as every one of hundreds of combinations runs for 5 s; this runs a few combinations,
 * each as long as its loop is, on the main lcore.
 *
 * Prints ticks of the time stamp counter: "ops: mempool, …: TICKS" for an object that is got and
 * put back, and the test's own "legacy APIs: …: TICKS" for an enqueue and a dequeue. Runs on Linux
 * too.
 */
#ifndef OPS_H
#define OPS_H

/* Each returns 0, or -1 when something could not be made or an operation failed. */
int ops_mempool(void);
int ops_ring(void);

#endif
