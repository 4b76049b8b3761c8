/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads and the scheduler.
 *
 * One policy for every CPU: a run queue; the one-shot timer is armed only while more than one
 * thread is runnable there or a sleeper's deadline is pending. So a thread that has a CPU to
 * itself and polls is never interrupted, and the control CPU's threads share it.
 *
 * Each thread has a kernel stack. The application's code runs on the application's own stack
 * with interrupts on; a system call or an interrupt enters on the (then empty) kernel stack with
 * interrupts off, so every switch happens on kernel stacks. On a switch cpu->kernel_stack_top and
 * IST_INTERRUPT follow the thread. FPU state is saved with XSAVE at each switch away from a thread.
 *
 * Placement: a thread runs on a CPU of its affinity mask. It keeps its CPU while no thread that
 * is pinned to that CPU alone needs it; else it takes the CPU of its mask with the fewest
 * threads, the control CPU last among equals.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/base/cpu_set.h"

#define THREAD_KERNEL_STACK_SIZE (16 * 1024)
#define THREAD_NAME_SIZE 16
#define THREAD_NO_DEADLINE UINT64_MAX

struct thread; /* thread_internal.h has it, for sched.c, futex.c and libc/ */

/* Makes the boot CPU's run queue and idle thread. Boot CPU, once, after cpu_init_boot(). */
void thread_init(void);

/* What an application processor does after its set-up: waits in HLT for threads. Never returns. */
void sched_idle(void) __attribute__((noreturn));

/*
 * Starts the first thread, which runs entry(argument) with interrupts on, in the application's
 * context, on the stack that ends at `stack_top`, a multiple of 16. Returns its id (1), or -ENOMEM.
 */
int thread_start_main(void (*entry)(void *argument), void *argument, uint64_t stack_top);

/*
 * From now on, threads that the calling one makes may run on every CPU: they do not inherit its
 * affinity, until that is set again. For threads that poll on a CPU of their own. Thread context.
 */
void thread_let_heirs_roam(void);

#endif
