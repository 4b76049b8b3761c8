/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The system calls that stock musl makes, with Linux's numbers, arguments and results: calls.def
 * lists them. sys_NAME() serves the call of that name; it returns the result or -errno. All run on
 * the thread's kernel stack with interrupts off. A pointer from the application is used as it is,
 * in one address space; it has been looked at before (libc/calls/pointers.def, libc/base/user.h).
 */
#ifndef LIBC_SYSCALL_H
#define LIBC_SYSCALL_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/thread/thread_internal.h"

#define PROCESS_ID 1 /* there is one */

struct abi_aio_mask;
struct abi_epoll_event;
struct abi_io_event;
struct abi_iocb;
struct abi_iovec;
struct abi_itimerspec;
struct abi_itimerval;
struct abi_mq_attr;
struct abi_msghdr;
struct abi_pollfd;
struct abi_rlimit;
struct abi_rusage;
struct abi_select_mask;
struct abi_sigaction;
struct abi_sigevent;
struct abi_siginfo;
struct abi_stack;
struct abi_stat;
struct abi_statfs;
struct abi_statx;
struct abi_sysinfo;
struct abi_timespec;
struct abi_timeval;
struct abi_utsname;

#define CALL(number, name, ...) int64_t sys_##name(__VA_ARGS__);
#include "libc/base/calls.def"

/* What the application had in its registers when it made the call that is being served. */
static inline struct app_frame *
syscall_frame(void)
{
	return (struct app_frame *)cpu_this()->kernel_stack_top - 1;
}

#endif
