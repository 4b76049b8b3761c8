/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * musl's, whose cpu_set_t has 1,024 bits as everywhere, while its CPU_SETSIZE counts the bytes:
 * 128.
 */
#include_next <sched.h>

#ifdef CPU_SETSIZE
#undef CPU_SETSIZE
#define CPU_SETSIZE 1024
#endif
