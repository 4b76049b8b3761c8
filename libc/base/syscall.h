/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The system calls that stock musl makes, with Linux's numbers, arguments and results. Each
 * sys_* function serves one call: frame->arg has its arguments; it returns the result or -errno.
 * All run on the thread's kernel stack with interrupts off. A pointer from the application is
 * used as it is: one address space, and a wild one faults and is reported with its backtrace.
 */
#ifndef LIBC_SYSCALL_H
#define LIBC_SYSCALL_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/thread/thread_internal.h"

/* Called by libc/calls/entry.asm: serves frame->rax, leaves the result there. */
void syscall_dispatch(struct app_frame *frame);

/* Linux's name of a call, "?" when it is not known. size is at least 2. */
void syscall_name(uint64_t number, char *name, size_t size);

typedef int64_t (*syscall_function)(struct app_frame *frame);

/* memory.c and mapping.c */
int64_t sys_brk(struct app_frame *frame);
int64_t sys_mmap(struct app_frame *frame);
int64_t sys_munmap(struct app_frame *frame);
int64_t sys_mprotect(struct app_frame *frame);
int64_t sys_mremap(struct app_frame *frame);
int64_t sys_madvise(struct app_frame *frame);
int64_t sys_msync(struct app_frame *frame);
int64_t sys_mlock(struct app_frame *frame);

/* threads.c */
int64_t sys_arch_prctl(struct app_frame *frame);
int64_t sys_set_tid_address(struct app_frame *frame);
int64_t sys_clone(struct app_frame *frame);
int64_t sys_exit(struct app_frame *frame);
int64_t sys_exit_group(struct app_frame *frame);
int64_t sys_futex(struct app_frame *frame);
int64_t sys_set_robust_list(struct app_frame *frame);
int64_t sys_get_robust_list(struct app_frame *frame);
int64_t sys_gettid(struct app_frame *frame);
int64_t sys_prctl(struct app_frame *frame);

/* schedule.c */
int64_t sys_sched_yield(struct app_frame *frame);
int64_t sys_sched_setaffinity(struct app_frame *frame);
int64_t sys_sched_getaffinity(struct app_frame *frame);
int64_t sys_sched_getscheduler(struct app_frame *frame);
int64_t sys_sched_setscheduler(struct app_frame *frame);
int64_t sys_sched_getparam(struct app_frame *frame);
int64_t sys_sched_setparam(struct app_frame *frame);
int64_t sys_sched_priority_limit(struct app_frame *frame);
int64_t sys_getcpu(struct app_frame *frame);

/* times.c */
int64_t sys_clock_gettime(struct app_frame *frame);
int64_t sys_clock_settime(struct app_frame *frame);
int64_t sys_clock_getres(struct app_frame *frame);
int64_t sys_gettimeofday(struct app_frame *frame);
int64_t sys_time(struct app_frame *frame);
int64_t sys_nanosleep(struct app_frame *frame);
int64_t sys_clock_nanosleep(struct app_frame *frame);

/* signals.c, signal_deliver.c, signal_frame.c and signal_wait.c */
int64_t sys_rt_sigaction(struct app_frame *frame);
int64_t sys_rt_sigprocmask(struct app_frame *frame);
int64_t sys_rt_sigpending(struct app_frame *frame);
int64_t sys_rt_sigsuspend(struct app_frame *frame);
int64_t sys_rt_sigtimedwait(struct app_frame *frame);
int64_t sys_signalfd4(struct app_frame *frame);
int64_t sys_rt_sigreturn(struct app_frame *frame);
int64_t sys_sigaltstack(struct app_frame *frame);
int64_t sys_pause(struct app_frame *frame);
int64_t sys_kill(struct app_frame *frame);
int64_t sys_tkill(struct app_frame *frame);
int64_t sys_tgkill(struct app_frame *frame);

/* poll.c */
int64_t sys_poll(struct app_frame *frame);
int64_t sys_ppoll(struct app_frame *frame);
int64_t sys_select(struct app_frame *frame);
int64_t sys_pselect6(struct app_frame *frame);

/* pipe.c, event.c, epoll.c */
int64_t sys_pipe(struct app_frame *frame);
int64_t sys_pipe2(struct app_frame *frame);
int64_t sys_eventfd(struct app_frame *frame);
int64_t sys_eventfd2(struct app_frame *frame);
int64_t sys_timerfd_create(struct app_frame *frame);
int64_t sys_timerfd_settime(struct app_frame *frame);
int64_t sys_timerfd_gettime(struct app_frame *frame);
int64_t sys_epoll_create(struct app_frame *frame);
int64_t sys_epoll_create1(struct app_frame *frame);
int64_t sys_epoll_ctl(struct app_frame *frame);
int64_t sys_epoll_wait(struct app_frame *frame);
int64_t sys_epoll_pwait(struct app_frame *frame);

/* attributes.c */
int64_t sys_chmod(struct app_frame *frame);
int64_t sys_fchmod(struct app_frame *frame);
int64_t sys_fchmodat(struct app_frame *frame);
int64_t sys_chown(struct app_frame *frame);
int64_t sys_lchown(struct app_frame *frame);
int64_t sys_fchown(struct app_frame *frame);
int64_t sys_fchownat(struct app_frame *frame);
int64_t sys_utimensat(struct app_frame *frame);
int64_t sys_statfs(struct app_frame *frame);
int64_t sys_fstatfs(struct app_frame *frame);
int64_t sys_sync(struct app_frame *frame);

/* copying.c */
int64_t sys_sendfile(struct app_frame *frame);
int64_t sys_copy_file_range(struct app_frame *frame);
int64_t sys_preadv(struct app_frame *frame);
int64_t sys_pwritev(struct app_frame *frame);
int64_t sys_fallocate(struct app_frame *frame);
int64_t sys_fadvise64(struct app_frame *frame);

/* links.c */
int64_t sys_readlink(struct app_frame *frame);
int64_t sys_readlinkat(struct app_frame *frame);
int64_t sys_symlink(struct app_frame *frame);
int64_t sys_symlinkat(struct app_frame *frame);
int64_t sys_link(struct app_frame *frame);

/* socket_*.c */
int64_t sys_socket(struct app_frame *frame);
int64_t sys_connect(struct app_frame *frame);
int64_t sys_accept(struct app_frame *frame);
int64_t sys_accept4(struct app_frame *frame);
int64_t sys_sendto(struct app_frame *frame);
int64_t sys_recvfrom(struct app_frame *frame);
int64_t sys_sendmsg(struct app_frame *frame);
int64_t sys_recvmsg(struct app_frame *frame);
int64_t sys_shutdown(struct app_frame *frame);
int64_t sys_bind(struct app_frame *frame);
int64_t sys_listen(struct app_frame *frame);
int64_t sys_getsockname(struct app_frame *frame);
int64_t sys_getpeername(struct app_frame *frame);
int64_t sys_socketpair(struct app_frame *frame);
int64_t sys_setsockopt(struct app_frame *frame);
int64_t sys_getsockopt(struct app_frame *frame);

/* identity.c */
int64_t sys_getpid(struct app_frame *frame);
int64_t sys_getppid(struct app_frame *frame);
int64_t sys_getpgid(struct app_frame *frame);
int64_t sys_getresuid(struct app_frame *frame);
int64_t sys_getgroups(struct app_frame *frame);
int64_t sys_getuid(struct app_frame *frame);
int64_t sys_uname(struct app_frame *frame);
int64_t sys_sysinfo(struct app_frame *frame);
int64_t sys_times(struct app_frame *frame);
int64_t sys_getrusage(struct app_frame *frame);
int64_t sys_getrlimit(struct app_frame *frame);
int64_t sys_prlimit64(struct app_frame *frame);
int64_t sys_getrandom(struct app_frame *frame);
int64_t sys_umask(struct app_frame *frame);

/* read_write.c, paths.c, lookup.c and descriptors.c */
int64_t sys_read(struct app_frame *frame);
int64_t sys_write(struct app_frame *frame);
int64_t sys_readv(struct app_frame *frame);
int64_t sys_writev(struct app_frame *frame);
int64_t sys_pread64(struct app_frame *frame);
int64_t sys_pwrite64(struct app_frame *frame);
int64_t sys_lseek(struct app_frame *frame);
int64_t sys_ftruncate(struct app_frame *frame);
int64_t sys_fsync(struct app_frame *frame);
int64_t sys_getdents64(struct app_frame *frame);
int64_t sys_fstat(struct app_frame *frame);
int64_t sys_ioctl(struct app_frame *frame);
int64_t sys_fcntl(struct app_frame *frame);
int64_t sys_flock(struct app_frame *frame);
int64_t sys_close(struct app_frame *frame);
int64_t sys_dup(struct app_frame *frame);
int64_t sys_dup2(struct app_frame *frame);
int64_t sys_dup3(struct app_frame *frame);
int64_t sys_open(struct app_frame *frame);
int64_t sys_openat(struct app_frame *frame);
int64_t sys_creat(struct app_frame *frame);
int64_t sys_stat(struct app_frame *frame);
int64_t sys_lstat(struct app_frame *frame);
int64_t sys_newfstatat(struct app_frame *frame);
int64_t sys_access(struct app_frame *frame);
int64_t sys_faccessat(struct app_frame *frame);
int64_t sys_mkdir(struct app_frame *frame);
int64_t sys_mkdirat(struct app_frame *frame);
int64_t sys_rmdir(struct app_frame *frame);
int64_t sys_unlink(struct app_frame *frame);
int64_t sys_unlinkat(struct app_frame *frame);
int64_t sys_rename(struct app_frame *frame);
int64_t sys_renameat(struct app_frame *frame);
int64_t sys_truncate(struct app_frame *frame);
int64_t sys_getcwd(struct app_frame *frame);
int64_t sys_chdir(struct app_frame *frame);
int64_t sys_fchdir(struct app_frame *frame);

#endif
