/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Structures and constants that cross the system call boundary: Linux's ABI for x86-64 as musl's
 * headers have it. musl's own headers are not used here: they are for the application's world.
 */
#ifndef LIBC_ABI_H
#define LIBC_ABI_H

#include <stdint.h>

/* Between a call and its way out alone: an -EINTR after which the call is not made again. */
#define EINTR_FOR_GOOD 513

struct abi_timespec {
	int64_t seconds;
	int64_t nanoseconds;
};

struct abi_itimerspec {
	struct abi_timespec interval, value;
};

struct abi_timeval {
	int64_t seconds;
	int64_t microseconds;
};

#define ABI_CLOCK_REALTIME 0
#define ABI_CLOCK_MONOTONIC 1
#define ABI_CLOCK_PROCESS_CPUTIME 2
#define ABI_CLOCK_THREAD_CPUTIME 3
#define ABI_CLOCK_MONOTONIC_RAW 4
#define ABI_CLOCK_REALTIME_COARSE 5
#define ABI_CLOCK_MONOTONIC_COARSE 6
#define ABI_CLOCK_BOOTTIME 7
#define ABI_CLOCK_TAI 11
#define ABI_TIMER_ABSTIME 1
#define ABI_CLOCK_TICKS                                                                            \
	100 /* a second, of CPU times; what sysconf(_SC_CLK_TCK) has always said                   \
	     */
#define ABI_TICK_NS (NS_PER_SECOND / ABI_CLOCK_TICKS)

struct abi_iovec {
	void *base;
	uint64_t length;
};
#define ABI_IOVECS_MAX 1024

struct abi_stat {
	uint64_t device, inode, links;
	uint32_t mode, user, group, padding;
	uint64_t rdev;
	int64_t size, block_size, blocks; /* blocks of 512 bytes */
	struct abi_timespec accessed, modified, changed;
	int64_t unused[3];
};
_Static_assert(sizeof(struct abi_stat) == 144, "struct stat of x86-64");

#define ABI_S_IFIFO 0010000
#define ABI_S_IFCHR 0020000
#define ABI_S_IFDIR 0040000
#define ABI_S_IFBLK 0060000
#define ABI_S_IFMT 0170000
#define ABI_S_IFREG 0100000
#define ABI_S_IFLNK 0120000
#define ABI_S_IFSOCK 0140000

struct abi_dirent {
	uint64_t inode;
	int64_t offset; /* where the next entry begins */
	uint16_t length;
	uint8_t type;
	char name[];
};
#define ABI_DT_FIFO 1
#define ABI_DT_CHR 2
#define ABI_DT_DIR 4
#define ABI_DT_REG 8
#define ABI_DT_LNK 10
#define ABI_DT_SOCK 12

#define ABI_O_ACCMODE 3
#define ABI_O_RDONLY 0
#define ABI_O_WRONLY 1
#define ABI_O_RDWR 2
#define ABI_O_CREAT 0100
#define ABI_O_EXCL 0200
#define ABI_O_TRUNC 01000
#define ABI_O_APPEND 02000
#define ABI_O_NOCTTY 0400
#define ABI_O_NONBLOCK 04000
#define ABI_O_DIRECT 040000
#define ABI_O_LARGEFILE 0100000
#define ABI_O_DIRECTORY 0200000
#define ABI_O_NOFOLLOW 0400000
#define ABI_O_NOATIME 01000000
#define ABI_O_CLOEXEC 02000000
#define ABI_O_PATH 010000000

#define ABI_X_OK 1
#define ABI_W_OK 2
#define ABI_RWX_OK 7
#define ABI_AT_FDCWD (-100)
#define ABI_AT_SYMLINK_NOFOLLOW 0x100
#define ABI_AT_REMOVEDIR 0x200
#define ABI_AT_EACCESS 0x200
#define ABI_AT_SYMLINK_FOLLOW 0x400
#define ABI_AT_NO_AUTOMOUNT 0x800
#define ABI_AT_EMPTY_PATH 0x1000
#define ABI_AT_STATX_SYNC 0x6000

#define ABI_SEEK_SET 0
#define ABI_SEEK_CUR 1
#define ABI_SEEK_END 2
#define ABI_SEEK_DATA 3
#define ABI_SEEK_HOLE 4

#define ABI_FIONREAD 0x541b
#define ABI_FIONBIO 0x5421

#define ABI_F_DUPFD 0
#define ABI_F_GETFD 1
#define ABI_F_SETFD 2
#define ABI_F_GETFL 3
#define ABI_F_SETFL 4
#define ABI_F_GETLK 5
#define ABI_F_SETLK 6
#define ABI_F_SETLKW 7
#define ABI_F_DUPFD_CLOEXEC 1030
#define ABI_F_SETPIPE_SZ 1031
#define ABI_F_GETPIPE_SZ 1032
#define ABI_F_ADD_SEALS 1033
#define ABI_F_GET_SEALS 1034
#define ABI_FD_CLOEXEC 1

#define ABI_F_UNLCK 2
#define ABI_FLOCK_SIZE 32 /* struct flock */
#define ABI_LOCK_SH 1
#define ABI_LOCK_EX 2
#define ABI_LOCK_NB 4
#define ABI_LOCK_UN 8

#define ABI_PROT_NONE 0
#define ABI_PROT_READ 1
#define ABI_PROT_WRITE 2
#define ABI_PROT_EXEC 4
#define ABI_MAP_SHARED 0x01
#define ABI_MAP_PRIVATE 0x02
#define ABI_MAP_FIXED 0x10
#define ABI_MAP_ANONYMOUS 0x20
#define ABI_MAP_32BIT 0x40
#define ABI_MAP_FIXED_NOREPLACE 0x100000
#define ABI_MAP_SHARED_VALIDATE 0x03
#define ABI_MAP_TYPE 0x0f
#define ABI_MAP_NORESERVE 0x4000
#define ABI_MAP_LOCKED 0x2000
#define ABI_MAP_POPULATE 0x8000
#define ABI_MAP_STACK 0x20000
#define ABI_MAP_HUGETLB 0x40000
#define ABI_MAP_HUGE_SHIFT 26 /* six bits: of 2 to the power of what the pages are */
#define ABI_MAP_HUGE_MASK 0x3f
#define ABI_MREMAP_MAYMOVE 1
#define ABI_MREMAP_FIXED 2
#define ABI_MADV_NORMAL 0
#define ABI_MADV_RANDOM 1
#define ABI_MADV_SEQUENTIAL 2
#define ABI_MADV_WILLNEED 3
#define ABI_MADV_DONTNEED 4
#define ABI_MADV_FREE 8
#define ABI_MADV_DONTFORK 10
#define ABI_MADV_DOFORK 11
#define ABI_MADV_HUGEPAGE 14
#define ABI_MADV_NOHUGEPAGE 15
#define ABI_MADV_DONTDUMP 16
#define ABI_MADV_DODUMP 17
#define ABI_MADV_COLD 20
#define ABI_MADV_PAGEOUT 21
#define ABI_MADV_POPULATE_READ 22
#define ABI_MADV_POPULATE_WRITE 23
#define ABI_MCL_CURRENT 1
#define ABI_MCL_FUTURE 2
#define ABI_MCL_ONFAULT 4
#define ABI_MLOCK_ONFAULT 1
#define ABI_MS_ASYNC 1
#define ABI_MS_INVALIDATE 2
#define ABI_MS_SYNC 4

#define ABI_CLONE_VM 0x00000100
#define ABI_CLONE_FS 0x00000200
#define ABI_CLONE_FILES 0x00000400
#define ABI_CLONE_SIGHAND 0x00000800
#define ABI_CLONE_THREAD 0x00010000
#define ABI_CLONE_SETTLS 0x00080000
#define ABI_CLONE_PARENT_SETTID 0x00100000
#define ABI_CLONE_CHILD_CLEARTID 0x00200000
#define ABI_CLONE_CHILD_SETTID 0x01000000

#define ABI_FUTEX_WAIT 0
#define ABI_FUTEX_WAKE 1
#define ABI_FUTEX_REQUEUE 3
#define ABI_FUTEX_CMP_REQUEUE 4
#define ABI_FUTEX_LOCK_PI 6
#define ABI_FUTEX_UNLOCK_PI 7
#define ABI_FUTEX_TRYLOCK_PI 8
#define ABI_FUTEX_WAIT_BITSET 9
#define ABI_FUTEX_WAKE_BITSET 10
#define ABI_FUTEX_COMMANDS 0x7f
#define ABI_FUTEX_PRIVATE 0x80
#define ABI_FUTEX_REALTIME 0x100
#define ABI_FUTEX_WAKE_OP 5
#define ABI_FUTEX_OP_SHIFT 0x80000000u
#define ABI_FUTEX_OP_SET 0
#define ABI_FUTEX_OP_ADD 1
#define ABI_FUTEX_OP_OR 2
#define ABI_FUTEX_OP_ANDN 3
#define ABI_FUTEX_OP_XOR 4
#define ABI_FUTEX_CMP_EQ 0
#define ABI_FUTEX_CMP_NE 1
#define ABI_FUTEX_CMP_LT 2
#define ABI_FUTEX_CMP_LE 3
#define ABI_FUTEX_CMP_GT 4
#define ABI_FUTEX_CMP_GE 5
#define ABI_FUTEX_WAITERS 0x80000000u
#define ABI_FUTEX_OWNER_DIED 0x40000000u
#define ABI_FUTEX_TID_MASK 0x3fffffffu
#define ABI_ROBUST_LIST_SIZE 24

#define ABI_ARCH_SET_FS 0x1002
#define ABI_ARCH_GET_FS 0x1003
#define ABI_PR_SET_NAME 15
#define ABI_PR_GET_NAME 16
#define ABI_SCHED_OTHER 0
#define ABI_SCHED_FIFO 1
#define ABI_SCHED_RR 2
#define ABI_SCHED_BATCH 3
#define ABI_SCHED_IDLE 5
#define ABI_SCHED_DEADLINE 6
#define ABI_SCHED_RESET_ON_FORK 0x40000000
#define ABI_PRIO_PROCESS 0
#define ABI_PRIO_PGRP 1
#define ABI_PRIO_USER 2

/* Signals that have a meaning here. */
#define ABI_SIGINT 2
#define ABI_SIGQUIT 3
#define ABI_SIGILL 4
#define ABI_SIGTRAP 5
#define ABI_SIGBUS 7
#define ABI_SIGFPE 8
#define ABI_SIGKILL 9
#define ABI_SIGSEGV 11
#define ABI_SIGPIPE 13
#define ABI_SIGALRM 14
#define ABI_SIGTERM 15
#define ABI_SIGCHLD 17
#define ABI_SIGCONT 18
#define ABI_SIGSTOP 19
#define ABI_SIGTSTP 20
#define ABI_SIGTTIN 21
#define ABI_SIGTTOU 22
#define ABI_SIGURG 23
#define ABI_SIGVTALRM 26
#define ABI_SIGPROF 27
#define ABI_SIGWINCH 28
#define ABI_SIGNALS 64

/* The auxiliary vector: System V ABI §3.4.3 and Linux's additions. */
#define ABI_AT_NULL 0
#define ABI_AT_PHDR 3
#define ABI_AT_PHENT 4
#define ABI_AT_PHNUM 5
#define ABI_AT_PAGESZ 6
#define ABI_AT_UID 11
#define ABI_AT_EUID 12
#define ABI_AT_GID 13
#define ABI_AT_EGID 14
#define ABI_AT_HWCAP 16
#define ABI_AT_CLKTCK 17
#define ABI_AT_SECURE 23
#define ABI_AT_RANDOM 25
#define ABI_AT_EXECFN 31
#define ABI_AT_SYSINFO_EHDR 33

struct abi_sigevent {
	uint64_t value;
	int32_t signal, notify, thread;
	uint8_t rest[44];
};
_Static_assert(sizeof(struct abi_sigevent) == 64, "struct sigevent");
#define ABI_SIGEV_SIGNAL 0
#define ABI_SIGEV_NONE 1
#define ABI_SIGEV_THREAD 2 /* the library's affair: to the kernel it is a signal */
#define ABI_SIGEV_THREAD_ID 4

#endif
