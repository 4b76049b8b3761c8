/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How a system call's arguments and result travel: each argument's register, what is above an
 * argument of 32 bits, the registers that a call must leave alone, and what a thread of clone()
 * begins with; calls that are not served.
 */
/* EXPECT: system call 101 \(ptrace\) is not served */
/* EXPECT: system call 425 \(io_uring_setup\) is not served */
/* EXPECT: system call 335 \(\?\) is not served */
/* EXPECT: system call 424 \(pidfd_send_signal\) is not served */
/* EXPECT: system call 450 \(set_mempolicy_home_node\) is not served */
/* EXPECT: system call 18446744073709551615 \(\?\) is not served */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define DIRT 0xdeadbeef00000000ULL

static long
call(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* An argument of 32 bits with something above it. */
static uint64_t
dirty(int value)
{
	return DIRT | (uint32_t)value;
}

static void
try_dirt(void)
{
	char text[8] = "";
	int file = open("/calls", O_RDWR | O_CREAT, 0600);
	struct stat stat;

	CHECK_EQ(call(SYS_write, dirty(file), (uint64_t) "abcd", 4, 0, 0, 0), 4);
	CHECK_EQ(call(SYS_lseek, dirty(file), 1, dirty(SEEK_SET), 0, 0, 0), 1);
	CHECK_EQ(call(SYS_pread64, dirty(file), (uint64_t)text, 2, 2, 0, 0), 2);
	CHECK_EQ(strcmp(text, "cd"), 0);
	CHECK_EQ(call(SYS_fchmod, dirty(file), DIRT | 0xab0000 | 0640, 0, 0, 0, 0), 0);
	CHECK_EQ(fstat(file, &stat), 0);
	CHECK_EQ(stat.st_mode, S_IFREG | 0640);
	CHECK_EQ(call(SYS_fcntl, dirty(file), dirty(F_GETFL), 0, 0, 0, 0) & O_ACCMODE, O_RDWR);
	CHECK_EQ(call(SYS_poll, 0, dirty(0), dirty(0), 0, 0, 0), 0);
	CHECK_EQ(call(SYS_madvise, 4096, 4096, dirty(99), 0, 0, 0), -EINVAL);
	CHECK_EQ(call(SYS_close, dirty(file), 0, 0, 0, 0, 0), 0);
	CHECK_EQ(call(SYS_close, dirty(-1), 0, 0, 0, 0, 0), -EBADF);
}

/* The fourth, fifth and sixth argument: of mmap() and sendto(). */
static void
try_last_arguments(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/calls"};
	int file = open("/calls", O_RDWR), socket_in, socket_out;
	char text[8] = "";
	char *at;

	CHECK_EQ(ftruncate(file, 8192), 0);
	CHECK_EQ(pwrite(file, "second", 7, 4096), 7);
	at = (char *)call(SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE, dirty(file), 4096);
	CHECK_EQ(strcmp(at, "second"), 0);
	CHECK_EQ(munmap(at, 4096), 0);
	close(file);
	socket_in = socket(AF_UNIX, SOCK_DGRAM, 0);
	socket_out = socket(AF_UNIX, SOCK_DGRAM, 0);
	CHECK_EQ(bind(socket_in, (void *)&address, sizeof(address)), 0);
	CHECK_EQ(call(SYS_sendto, dirty(socket_out), (uint64_t) "four", 5, dirty(0),
		      (uint64_t)&address, dirty(sizeof(address))),
		 5);
	CHECK_EQ(call(SYS_sendto, dirty(socket_out), (uint64_t) "four", 5, dirty(0),
		      (uint64_t)&address, dirty(-1)),
		 -EINVAL);
	CHECK_EQ(recv(socket_in, text, sizeof(text), MSG_DONTWAIT), 5);
	CHECK_EQ(strcmp(text, "four"), 0);
	close(socket_in);
	close(socket_out);
}

/* Linux changes RAX, RCX and R11 alone. */
static void
try_registers(void)
{
	uint64_t rdi = 1, rsi = 2, rdx = 3, rbx = 4, wrong;

	__asm__ volatile("mov $5, %%r8\n mov $6, %%r9\n mov $7, %%r10\n mov $8, %%r12\n"
			 "mov $9, %%r13\n mov $10, %%r14\n mov $11, %%r15\n"
			 "mov %[number], %%eax\n syscall\n"
			 "mov $1, %[wrong]\n cmp $5, %%r8\n jne 1f\n cmp $6, %%r9\n jne 1f\n"
			 "cmp $7, %%r10\n jne 1f\n cmp $8, %%r12\n jne 1f\n"
			 "cmp $9, %%r13\n jne 1f\n cmp $10, %%r14\n jne 1f\n"
			 "cmp $11, %%r15\n jne 1f\n"
			 "mov $0, %[wrong]\n1:\n"
			 : "+D"(rdi), "+S"(rsi), "+d"(rdx), "+b"(rbx), [wrong] "=&a"(wrong)
			 : [number] "i"(SYS_getuid)
			 : "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory");
	CHECK_EQ(wrong, 0);
	CHECK_EQ(rdi, 1);
	CHECK_EQ(rsi, 2);
	CHECK_EQ(rdx, 3);
	CHECK_EQ(rbx, 4);
}

static struct child {
	uint64_t mask, tls, registers;
} child;
static uint64_t child_stack[512];
static volatile int parent_id, child_id;

/*
 * A thread without musl, which would set its mask itself. It notes its mask, its thread pointer and
 * a register that it has from its maker, and ends.
 */
static long
clone_child(uint64_t flags)
{
	register uint64_t r10 __asm__("r10") = (uint64_t)&child_id;
	register uint64_t r8 __asm__("r8") = (uint64_t)&child.registers;
	register uint64_t r12 __asm__("r12") = (uint64_t)&child;
	long result;

	__asm__ volatile("syscall\n test %%rax, %%rax\n jnz 1f\n"
			 "mov %%r12, 16(%%r12)\n"
			 "mov $0, %%edi\n mov $0, %%esi\n mov %%r12, %%rdx\n mov $8, %%r10d\n"
			 "mov %[mask], %%eax\n syscall\n"
			 "mov %[get_fs], %%edi\n lea 8(%%r12), %%rsi\n"
			 "mov %[prctl], %%eax\n syscall\n"
			 "mov $0, %%edi\n mov %[exit], %%eax\n syscall\n"
			 "1:\n"
			 : "=a"(result)
			 : "0"(SYS_clone), "D"(flags), "S"(&child_stack[512]), "d"(&parent_id),
			   "r"(r10), "r"(r8), "r"(r12), [mask] "i"(SYS_rt_sigprocmask),
			   [get_fs] "i"(0x1003), [prctl] "i"(SYS_arch_prctl), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory");
	return result;
}

/* A new thread holds back what its maker does, and the ids stand where they are wanted. */
static void
try_clone(void)
{
	uint64_t flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			 CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID |
			 CLONE_CHILD_CLEARTID;
	sigset_t held, before;
	long id;

	sigemptyset(&held);
	sigaddset(&held, SIGUSR1);
	CHECK_EQ(sigprocmask(SIG_BLOCK, &held, &before), 0);
	id = clone_child(flags);
	CHECK(id > 1);
	CHECK_EQ(parent_id, id);
	for (unsigned i = 0; i < 5000 && child_id; i++)
		usleep(1000);
	CHECK_EQ(child_id, 0);
	CHECK_EQ(child.mask, 1ULL << (SIGUSR1 - 1));
	CHECK_EQ(child.tls, (uint64_t)&child.registers);
	CHECK_EQ(child.registers, (uint64_t)&child);
	CHECK_EQ(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}

/* What is always the same, and what two calls share. */
static void
try_answers(void)
{
	uint32_t ids[3] = {9, 9, 9};
	int file = open("/calls", O_RDONLY), event = (int)call(SYS_eventfd, 0, 0, 0, 0, 0, 0);

	CHECK_EQ(getpid(), 1);
	CHECK_EQ(getppid(), 0);
	CHECK_EQ(getpgrp(), 1);
	CHECK_EQ(getsid(0), 1);
	CHECK_EQ(call(SYS_getegid, 0, 0, 0, 0, 0, 0), 0);
	CHECK_EQ(call(SYS_getresgid, (uint64_t)&ids[0], (uint64_t)&ids[1], (uint64_t)&ids[2], 0, 0,
		      0),
		 0);
	CHECK_EQ(ids[0] | ids[1] | ids[2], 0);
	CHECK_EQ(call(SYS_sched_get_priority_min, dirty(0), 0, 0, 0, 0, 0), 0);
	CHECK_EQ(call(SYS_sched_get_priority_min, 1, 0, 0, 0, 0, 0), 1);
	CHECK_EQ(call(SYS_sched_get_priority_max, 2, 0, 0, 0, 0, 0), 99);
	CHECK_EQ(call(SYS_sched_get_priority_max, 77, 0, 0, 0, 0, 0), -EINVAL);
	CHECK_EQ(fdatasync(file), 0);
	CHECK_EQ(call(SYS_fsync, (uint64_t)event, 0, 0, 0, 0, 0), -EINVAL);
	CHECK_EQ(call(SYS_syncfs, (uint64_t)event, 0, 0, 0, 0, 0), 0);
	CHECK_EQ(call(SYS_syncfs, 77, 0, 0, 0, 0, 0), -EBADF);
	close(event);
	close(file);
}

static void
try_not_served(void)
{
	static const long numbers[] = {101, 425, 335, 424, 450, -1};

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		CHECK_EQ(call(numbers[i], 0, 0, 0, 0, 0, 0), -ENOSYS);
}

int
main(void)
{
	try_dirt();
	try_last_arguments();
	try_registers();
	try_clone();
	try_answers();
	try_not_served();
	return check_end();
}
