/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a call's number to the function that serves it, and what happens on the way back to the
 * application. A call that is not served fails with -ENOSYS and is named once on the console.
 *
 * A call's arguments come in the registers of a C function's (System V ABI §A.2.1; entry.asm moves
 * the one that differs), so that a function finds its own there, be they fewer or narrower: of the
 * rest of a register it assumes nothing (§3.2.3). Nothing is unpacked; the pointers among them have
 * been looked at (pointers.c).
 */
#include "libc/calls/dispatch.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/calls/pointers.h"
#include "libc/memory/mapping.h"
#include "libc/signals/signal.h"

typedef int64_t (*call_function)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

#define NO_CALL UINT64_MAX
#define NAMED_MAX 511 /* the largest number that is named for itself */

static int64_t
answer_0(void)
{
	return 0;
}

static int64_t
answer_PROCESS_ID(void)
{
	return PROCESS_ID;
}

/* Calls that a C library tries first, and does well without: they are not named. */
static int64_t
answer_NOT_NEEDED(void)
{
	return -ENOSYS;
}

/* By way of a type that all functions may be converted to without a warning. */
#define ENTRY(number, function) [number] = (call_function)(void (*)(void))function,
#define CALL(number, name, ...) ENTRY(number, sys_##name)
#define CALL_AS(number, name, other) ENTRY(number, sys_##other)
#define ANSWER(number, name, result) ENTRY(number, answer_##result)
static const call_function call_table[] = {
#include "libc/base/calls.def"
};

static int64_t
refuse(uint64_t number)
{
	static uint64_t named[(NAMED_MAX + 1) / 64];
	char name[32];
	uint64_t slot = MIN(number, (uint64_t)NAMED_MAX);
	uint64_t bit = 1ULL << slot % 64;

	if (__atomic_fetch_or(&named[slot / 64], bit, __ATOMIC_RELAXED) & bit)
		return -ENOSYS;
	dispatch_name(number, name, sizeof(name));
	log_warning("libc: system call %lu (%s) is not served: ENOSYS", (unsigned long)number,
		    name);
	return -ENOSYS;
}

void
dispatch_call(uint64_t rdi, uint64_t rsi, uint64_t rdx, uint64_t r10, uint64_t r8, uint64_t r9)
{
	struct app_frame *frame = syscall_frame();
	uint64_t arguments[POINTERS_ARGUMENTS] = {rdi, rsi, rdx, r10, r8, r9};
	uint64_t *a = arguments;
	uint64_t number = frame->rax;
	call_function serve = number < ARRAY_SIZE(call_table) ? call_table[number] : NULL;
	int64_t result = serve ? pointers_check(number, arguments) : refuse(number);

	if (!result)
		result = serve(a[0], a[1], a[2], a[3], a[4], a[5]);
	if (thread_current()->strayed)
		result = mapping_lend_end();
	if (result == -EINTR_FOR_GOOD) {
		result = -EINTR;
		number = NO_CALL;
	}
	frame->rax = (uint64_t)result;
	if (thread_signalled(thread_current()))
		signal_after_call(frame, number);
}
