/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Texts about threads, for proc_task.c.
 */
#ifndef LIBC_PROC_SELF_H
#define LIBC_PROC_SELF_H

#include <stddef.h>
#include <stdint.h>

/* The last part of the program's file name. */
const char *proc_self_program(void);

/* Generators of the files of a thread; empty when it has ended. */
size_t proc_self_status(char *buffer, size_t size, uint64_t id);
size_t proc_self_stat(char *buffer, size_t size, uint64_t id);

#endif
