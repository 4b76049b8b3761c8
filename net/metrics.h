/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the machine counts, for Prometheus: http://machine:PORT/metrics.
 */
#ifndef NET_METRICS_H
#define NET_METRICS_H

#include <stdio.h>

/* Starts the service where bare.metrics= asks for it, after the stack. From rte_eal_init(). */
void metrics_start(void);

/* metrics_text.c: writes all, in Prometheus' text form, version 0.0.4. Any control thread. */
void metrics_write(FILE *to);

#endif
