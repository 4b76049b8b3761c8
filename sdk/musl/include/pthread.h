/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * musl's, and what glibc has besides: names of mutex kinds with _NP, a new thread's CPUs among its
 * attributes.
 */
#include_next <pthread.h>

#ifndef LINUXLESS_PTHREAD_H
#define LINUXLESS_PTHREAD_H

#ifdef _GNU_SOURCE
#include <sched.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PTHREAD_MUTEX_TIMED_NP PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_FAST_NP PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_ADAPTIVE_NP PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_RECURSIVE_NP PTHREAD_MUTEX_RECURSIVE
#define PTHREAD_MUTEX_ERRORCHECK_NP PTHREAD_MUTEX_ERRORCHECK

/* musl has the kind in the first word. */
#define PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP PTHREAD_MUTEX_INITIALIZER
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP {{{PTHREAD_MUTEX_RECURSIVE}}}
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP {{{PTHREAD_MUTEX_ERRORCHECK}}}

int pthread_yield(void);

/*
 * The CPUs of threads that are made with these attributes. pthread_create() returns EINVAL when it
 * may run on none of them. Each different set that is given takes memory until the program's end.
 */
int pthread_attr_setaffinity_np(pthread_attr_t *attributes, size_t size, const cpu_set_t *cpus);
/* All CPUs where none were set; EINVAL when a CPU does not fit. */
int pthread_attr_getaffinity_np(const pthread_attr_t *attributes, size_t size, cpu_set_t *cpus);

#ifdef __cplusplus
}
#endif
#endif

#endif
