/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Handlers for what the program itself does wrong: they run at once, are told what and where, may
 * mend it and return, or jump out. All but the last line is the same on Linux (musl-gcc -static
 * -I.); that one, with the signal held back, ends the run with a report.
 */
/* EXPECT: , 0 failed */
/* EXPECT: PANIC on CPU 0: page fault .* in write_null */
/* EXIT: 127 */
#include <fenv.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define PAGE 4096
#define NON_CANONICAL 0x8000000000000000ULL
#define MARK 0x1234567
#define NOINLINE __attribute__((noinline))

static volatile int zero;
static volatile uint32_t *page;
static sigjmp_buf back;

/* What the handler was told. */
static struct told {
	int signal, code, trap, error;
	uint64_t address, rip, rax;
	char *stack;
} told;

static void
note(int signal, siginfo_t *info, void *context)
{
	const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
	char here;

	told = (struct told){
		.signal = signal,
		.code = info->si_code,
		.trap = (int)registers[REG_TRAPNO],
		.error = (int)registers[REG_ERR],
		.address = (uint64_t)info->si_addr,
		.rip = (uint64_t)registers[REG_RIP],
		.rax = (uint64_t)registers[REG_RAX],
		.stack = &here,
	};
}

static void
note_and_jump(int signal, siginfo_t *info, void *context)
{
	note(signal, info, context);
	siglongjmp(back, 1);
}

/* Passes over an instruction of two bytes. */
static void
note_and_pass(int signal, siginfo_t *info, void *context)
{
	note(signal, info, context);
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void
note_and_mend(int signal, siginfo_t *info, void *context)
{
	note(signal, info, context);
	mprotect((void *)(uintptr_t)page, PAGE, PROT_READ | PROT_WRITE);
}

/* Counts the instructions that are stepped over. */
static volatile int steps;

static void
note_step(int signal, siginfo_t *info, void *context)
{
	note(signal, info, context);
	steps++;
}

static void
install(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};

	CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

/* -- What goes wrong -------------------------------------------------------------------------- */

static void NOINLINE
divide(void)
{
	zero = 7 / zero;
}

static void NOINLINE
write_null(void)
{
	*(volatile int *)(uintptr_t)zero = 1;
}

static void NOINLINE
read_null(void)
{
	zero += *(volatile int *)(uintptr_t)(zero + 16);
}

static void NOINLINE
write_page(void)
{
	*page = MARK;
}

static void NOINLINE
read_page(void)
{
	zero += *page & 0;
}

static void NOINLINE
non_canonical(void)
{
	*(volatile int *)NON_CANONICAL = 1;
}

static void NOINLINE
undefined(void)
{
	__asm__ volatile("ud2" : : "a"(MARK));
}

static void NOINLINE
breakpoint(void)
{
	__asm__ volatile("int3");
}

static void NOINLINE
call_page(void)
{
	((void (*)(void))(uintptr_t)page)();
}

static void NOINLINE
divide_x87(void)
{
	uint16_t control = 0x37b; /* a division by zero is not masked */

	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait" : : "m"(control));
}

/* Does not become a loop. */
static int
descend(volatile char *above)
{
	volatile char room[512];

	room[0] = *above;
	return zero ? 0 : descend(room) + room[0];
}

static void
overflow(void)
{
	char start = 0;

	zero = descend(&start);
}

static void
expect(int signal, int code, uint64_t address, void (*act)(void))
{
	told = (struct told){0};
	install(signal, note_and_jump, SA_ONSTACK);
	if (!sigsetjmp(back, 1)) {
		act();
		CHECK(false);
	}
	CHECK_EQ(told.signal, signal);
	CHECK_EQ(told.code, code);
	CHECK_EQ(told.address, address);
}

/* Whether an address is within the code of a small function. */
static bool
is_in(uint64_t address, void (*function)(void))
{
	return address - (uint64_t)function < 64;
}

static void
jumped_out_of(void)
{
	expect(SIGSEGV, SEGV_MAPERR, 0, write_null);
	CHECK_EQ(told.trap, 14);
	CHECK_EQ(told.error & 2, 2);
	CHECK(is_in(told.rip, write_null));
	expect(SIGSEGV, SEGV_MAPERR, 16, read_null);
	CHECK_EQ(told.error & 2, 0);
	expect(SIGSEGV, SI_KERNEL, 0, non_canonical);
	CHECK_EQ(told.trap, 13);
	mprotect((void *)(uintptr_t)page, PAGE, PROT_NONE);
	expect(SIGSEGV, SEGV_ACCERR, (uint64_t)page, read_page);
	mprotect((void *)(uintptr_t)page, PAGE, PROT_READ);
	expect(SIGSEGV, SEGV_ACCERR, (uint64_t)page, write_page);
	expect(SIGSEGV, SEGV_ACCERR, (uint64_t)page, call_page);
	CHECK_EQ(told.rip, (uint64_t)page);
	expect(SIGTRAP, SI_KERNEL, 0, breakpoint);
	CHECK(is_in(told.rip, breakpoint));
	told.address = 0;
	install(SIGFPE, note_and_jump, 0);
	if (!sigsetjmp(back, 1))
		divide();
	CHECK_EQ(told.code, FPE_INTDIV);
	CHECK(told.address == told.rip && is_in(told.rip, divide));
	if (!sigsetjmp(back, 1))
		divide_x87();
	CHECK_EQ(told.code, FPE_FLTDIV);
	__asm__ volatile("fninit");
}

static void
returned_from(void)
{
	told = (struct told){0};
	install(SIGILL, note_and_pass, 0);
	undefined();
	CHECK_EQ(told.signal, SIGILL);
	CHECK_EQ(told.code, ILL_ILLOPN);
	CHECK_EQ(told.address, told.rip);
	CHECK_EQ(told.rax, MARK);

	mprotect((void *)(uintptr_t)page, PAGE, PROT_READ);
	install(SIGSEGV, note_and_mend, 0);
	write_page();
	CHECK_EQ(*page, MARK);
	CHECK_EQ(told.code, SEGV_ACCERR);

	install(SIGTRAP, note_step, 0);
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop\n"
			 "pushfq; andl $~0x100, (%%rsp); popfq" : : : "memory");
	CHECK_EQ(steps, 5);
	CHECK_EQ(told.code, TRAP_TRACE);
	CHECK_EQ(told.address, told.rip);
}

/* SA_RESETHAND, and SA_NODEFER for one within another. */
static void
once(void)
{
	struct sigaction now;

	install(SIGSEGV, note_and_jump, SA_RESETHAND | SA_NODEFER);
	if (!sigsetjmp(back, 1))
		write_null();
	CHECK_EQ(sigaction(SIGSEGV, NULL, &now), 0);
	CHECK(now.sa_handler == SIG_DFL);
}

static void *
use_up_stack(void *argument)
{
	static char room[32768];
	stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)};

	(void)argument;
	CHECK_EQ(sigaltstack(&stack, NULL), 0);
	install(SIGSEGV, note_and_jump, SA_ONSTACK);
	for (volatile int i = 0; i < 3; i++) {
		told.stack = NULL;
		if (!sigsetjmp(back, 1))
			overflow();
		CHECK_EQ(told.code, SEGV_ACCERR);
		CHECK(told.stack > room && told.stack < room + sizeof(room));
	}
	return NULL;
}

int
main(void)
{
	pthread_t thread;
	sigset_t set;

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	jumped_out_of();
	returned_from();
	once();
	pthread_create(&thread, NULL, use_up_stack, NULL);
	pthread_join(thread, NULL);
	if (check_end())
		return 1;
	fflush(stdout);
	sigemptyset(&set);
	sigaddset(&set, SIGSEGV);
	sigprocmask(SIG_BLOCK, &set, NULL);
	write_null();
	return 0;
}
