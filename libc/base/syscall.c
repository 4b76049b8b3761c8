/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of system calls, and what happens on the way back to the application. A call that is
 * not in the table fails with -ENOSYS and is named once on the console.
 */
#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/base/numbers.h"
#include "libc/base/syscall.h"
#include "libc/signals/signal.h"

static const syscall_function table[NR_LIMIT] = {
	[NR_READ] = sys_read,
	[NR_WRITE] = sys_write,
	[NR_OPEN] = sys_open,
	[NR_CLOSE] = sys_close,
	[NR_STAT] = sys_stat,
	[NR_FSTAT] = sys_fstat,
	[NR_LSTAT] = sys_lstat,
	[NR_POLL] = sys_poll,
	[NR_LSEEK] = sys_lseek,
	[NR_MMAP] = sys_mmap,
	[NR_MPROTECT] = sys_mprotect,
	[NR_MUNMAP] = sys_munmap,
	[NR_BRK] = sys_brk,
	[NR_RT_SIGACTION] = sys_rt_sigaction,
	[NR_RT_SIGPROCMASK] = sys_rt_sigprocmask,
	[NR_RT_SIGRETURN] = sys_rt_sigreturn,
	[NR_IOCTL] = sys_ioctl,
	[NR_PREAD64] = sys_pread64,
	[NR_PWRITE64] = sys_pwrite64,
	[NR_READV] = sys_readv,
	[NR_WRITEV] = sys_writev,
	[NR_ACCESS] = sys_access,
	[NR_PIPE] = sys_pipe,
	[NR_SELECT] = sys_select,
	[NR_SCHED_YIELD] = sys_sched_yield,
	[NR_MREMAP] = sys_mremap,
	[NR_MSYNC] = sys_msync,
	[NR_MADVISE] = sys_madvise,
	[NR_DUP] = sys_dup,
	[NR_DUP2] = sys_dup2,
	[NR_PAUSE] = sys_pause,
	[NR_NANOSLEEP] = sys_nanosleep,
	[NR_GETPID] = sys_getpid,
	[NR_SENDFILE] = sys_sendfile,
	[NR_SOCKET] = sys_socket,
	[NR_CONNECT] = sys_connect,
	[NR_ACCEPT] = sys_accept,
	[NR_SENDTO] = sys_sendto,
	[NR_RECVFROM] = sys_recvfrom,
	[NR_SENDMSG] = sys_sendmsg,
	[NR_RECVMSG] = sys_recvmsg,
	[NR_SHUTDOWN] = sys_shutdown,
	[NR_BIND] = sys_bind,
	[NR_LISTEN] = sys_listen,
	[NR_GETSOCKNAME] = sys_getsockname,
	[NR_GETPEERNAME] = sys_getpeername,
	[NR_SOCKETPAIR] = sys_socketpair,
	[NR_SETSOCKOPT] = sys_setsockopt,
	[NR_GETSOCKOPT] = sys_getsockopt,
	[NR_CLONE] = sys_clone,
	[NR_EXIT] = sys_exit,
	[NR_KILL] = sys_kill,
	[NR_UNAME] = sys_uname,
	[NR_FCNTL] = sys_fcntl,
	[NR_FLOCK] = sys_flock,
	[NR_FSYNC] = sys_fsync,
	[NR_FDATASYNC] = sys_fsync,
	[NR_TRUNCATE] = sys_truncate,
	[NR_FTRUNCATE] = sys_ftruncate,
	[NR_GETCWD] = sys_getcwd,
	[NR_CHDIR] = sys_chdir,
	[NR_FCHDIR] = sys_fchdir,
	[NR_RENAME] = sys_rename,
	[NR_MKDIR] = sys_mkdir,
	[NR_RMDIR] = sys_rmdir,
	[NR_CREAT] = sys_creat,
	[NR_LINK] = sys_link,
	[NR_UNLINK] = sys_unlink,
	[NR_SYMLINK] = sys_symlink,
	[NR_READLINK] = sys_readlink,
	[NR_CHMOD] = sys_chmod,
	[NR_FCHMOD] = sys_fchmod,
	[NR_CHOWN] = sys_chown,
	[NR_FCHOWN] = sys_fchown,
	[NR_LCHOWN] = sys_lchown,
	[NR_UMASK] = sys_umask,
	[NR_GETTIMEOFDAY] = sys_gettimeofday,
	[NR_GETRLIMIT] = sys_getrlimit,
	[NR_GETRUSAGE] = sys_getrusage,
	[NR_SYSINFO] = sys_sysinfo,
	[NR_TIMES] = sys_times,
	[NR_GETUID] = sys_getuid,
	[NR_GETGID] = sys_getuid,
	[NR_GETEUID] = sys_getuid,
	[NR_GETEGID] = sys_getuid,
	[NR_GETPPID] = sys_getppid,
	[NR_GETPGRP] = sys_getpid,
	[NR_GETGROUPS] = sys_getgroups,
	[NR_GETRESUID] = sys_getresuid,
	[NR_GETRESGID] = sys_getresuid,
	[NR_GETPGID] = sys_getpgid,
	[NR_GETSID] = sys_getpgid,
	[NR_RT_SIGPENDING] = sys_rt_sigpending,
	[NR_RT_SIGTIMEDWAIT] = sys_rt_sigtimedwait,
	[NR_RT_SIGSUSPEND] = sys_rt_sigsuspend,
	[NR_SIGALTSTACK] = sys_sigaltstack,
	[NR_STATFS] = sys_statfs,
	[NR_FSTATFS] = sys_fstatfs,
	[NR_SCHED_SETPARAM] = sys_sched_setparam,
	[NR_SCHED_GETPARAM] = sys_sched_getparam,
	[NR_SCHED_SETSCHEDULER] = sys_sched_setscheduler,
	[NR_SCHED_GETSCHEDULER] = sys_sched_getscheduler,
	[NR_SCHED_GET_PRIORITY_MAX] = sys_sched_priority_limit,
	[NR_SCHED_GET_PRIORITY_MIN] = sys_sched_priority_limit,
	[NR_MLOCK] = sys_mlock,
	[NR_MUNLOCK] = sys_mlock,
	[NR_MLOCKALL] = sys_mlock,
	[NR_MUNLOCKALL] = sys_mlock,
	[NR_PRCTL] = sys_prctl,
	[NR_ARCH_PRCTL] = sys_arch_prctl,
	[NR_SYNC] = sys_sync,
	[NR_GETTID] = sys_gettid,
	[NR_TKILL] = sys_tkill,
	[NR_TIME] = sys_time,
	[NR_FUTEX] = sys_futex,
	[NR_SCHED_SETAFFINITY] = sys_sched_setaffinity,
	[NR_SCHED_GETAFFINITY] = sys_sched_getaffinity,
	[NR_EPOLL_CREATE] = sys_epoll_create,
	[NR_GETDENTS64] = sys_getdents64,
	[NR_SET_TID_ADDRESS] = sys_set_tid_address,
	[NR_FADVISE64] = sys_fadvise64,
	[NR_CLOCK_SETTIME] = sys_clock_settime,
	[NR_CLOCK_GETTIME] = sys_clock_gettime,
	[NR_CLOCK_GETRES] = sys_clock_getres,
	[NR_CLOCK_NANOSLEEP] = sys_clock_nanosleep,
	[NR_EXIT_GROUP] = sys_exit_group,
	[NR_EPOLL_WAIT] = sys_epoll_wait,
	[NR_EPOLL_CTL] = sys_epoll_ctl,
	[NR_TGKILL] = sys_tgkill,
	[NR_OPENAT] = sys_openat,
	[NR_MKDIRAT] = sys_mkdirat,
	[NR_FCHOWNAT] = sys_fchownat,
	[NR_NEWFSTATAT] = sys_newfstatat,
	[NR_UNLINKAT] = sys_unlinkat,
	[NR_RENAMEAT] = sys_renameat,
	[NR_LINKAT] = sys_link,
	[NR_SYMLINKAT] = sys_symlinkat,
	[NR_READLINKAT] = sys_readlinkat,
	[NR_FCHMODAT] = sys_fchmodat,
	[NR_FACCESSAT] = sys_faccessat,
	[NR_PSELECT6] = sys_pselect6,
	[NR_PPOLL] = sys_ppoll,
	[NR_SET_ROBUST_LIST] = sys_set_robust_list,
	[NR_GET_ROBUST_LIST] = sys_get_robust_list,
	[NR_UTIMENSAT] = sys_utimensat,
	[NR_EPOLL_PWAIT] = sys_epoll_pwait,
	[NR_TIMERFD_CREATE] = sys_timerfd_create,
	[NR_EVENTFD] = sys_eventfd,
	[NR_FALLOCATE] = sys_fallocate,
	[NR_TIMERFD_SETTIME] = sys_timerfd_settime,
	[NR_TIMERFD_GETTIME] = sys_timerfd_gettime,
	[NR_ACCEPT4] = sys_accept4,
	[NR_SIGNALFD4] = sys_signalfd4,
	[NR_EVENTFD2] = sys_eventfd2,
	[NR_EPOLL_CREATE1] = sys_epoll_create1,
	[NR_DUP3] = sys_dup3,
	[NR_PIPE2] = sys_pipe2,
	[NR_PREADV] = sys_preadv,
	[NR_PWRITEV] = sys_pwritev,
	[NR_PRLIMIT64] = sys_prlimit64,
	[NR_SYNCFS] = sys_fsync,
	[NR_GETCPU] = sys_getcpu,
	[NR_GETRANDOM] = sys_getrandom,
	[NR_COPY_FILE_RANGE] = sys_copy_file_range,
};

static int64_t
refuse(uint64_t number)
{
	static uint64_t named[NR_LIMIT / 64 + 1];
	char name[32];
	uint64_t slot = MIN(number, (uint64_t)NR_LIMIT);
	uint64_t bit = 1ULL << slot % 64;

	if (__atomic_fetch_or(&named[slot / 64], bit, __ATOMIC_RELAXED) & bit)
		return -ENOSYS;
	syscall_name(number, name, sizeof(name));
	log_warning("libc: system call %lu (%s) is not served: ENOSYS", (unsigned long)number,
		    name);
	return -ENOSYS;
}

void
syscall_dispatch(struct app_frame *frame)
{
	uint64_t number = frame->rax;
	syscall_function serve = number < NR_LIMIT ? table[number] : NULL;

	frame->rax = (uint64_t)(serve ? serve(frame) : refuse(number));
	if (thread_signalled(thread_current()))
		signal_after_call(frame, number);
}
