/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where new threads may run.
 */
#ifndef KERNEL_AFFINITY_H
#define KERNEL_AFFINITY_H

struct thread;

/* Gives a new thread what it has of its maker, whose queue is locked. */
void affinity_inherit(const struct thread *from, struct thread *to);

#endif
