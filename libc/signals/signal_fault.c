/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals that come of an exception in the application's own code (POSIX: synchronous). The handler
 * begins at once on the thread's stack; when it returns, the instruction is tried again. There is
 * no default action but the report of the exception, which says more than a signal's number.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/fpu.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/memory/mapping.h"
#include "libc/signals/signal.h"

/* Codes of siginfo_t: Linux's asm-generic/siginfo.h. */
#define ABI_ILL_ILLOPN 2
#define ABI_FPE_INTDIV 1
#define ABI_FPE_FLTDIV 3
#define ABI_FPE_FLTOVF 4
#define ABI_FPE_FLTUND 5
#define ABI_FPE_FLTRES 6
#define ABI_FPE_FLTINV 7
#define ABI_SEGV_MAPERR 1
#define ABI_SEGV_ACCERR 2
#define ABI_BUS_ADRALN 1
#define ABI_BUS_ADRERR 2
#define ABI_TRAP_TRACE 2
#define ABI_TRAP_HWBKPT 4

#define DR6_SINGLE_STEP (1u << 14) /* SDM vol. 3 §17.2.3 */

/* What an exception is to a program; signal 0: nothing that it could have caused. */
static const struct {
	uint8_t signal, code;
	bool has_address; /* of the instruction */
} fault_kinds[TRAP_COUNT] = {
	[TRAP_DIVIDE] = {ABI_SIGFPE, ABI_FPE_INTDIV, true},
	[TRAP_DEBUG] = {ABI_SIGTRAP, ABI_TRAP_TRACE, true},
	[TRAP_BREAKPOINT] = {ABI_SIGTRAP, ABI_SI_KERNEL, false},
	[TRAP_OVERFLOW] = {ABI_SIGSEGV, ABI_SI_KERNEL, false},
	[TRAP_BOUND] = {ABI_SIGSEGV, ABI_SI_KERNEL, false},
	[TRAP_INVALID_OPCODE] = {ABI_SIGILL, ABI_ILL_ILLOPN, true},
	[TRAP_NOT_PRESENT] = {ABI_SIGBUS, ABI_SI_KERNEL, false},
	[TRAP_STACK] = {ABI_SIGBUS, ABI_SI_KERNEL, false},
	[TRAP_PROTECTION] = {ABI_SIGSEGV, ABI_SI_KERNEL, false},
	[TRAP_PAGE_FAULT] = {ABI_SIGSEGV, ABI_SEGV_MAPERR, false},
	[TRAP_X87] = {ABI_SIGFPE, 0, true},
	[TRAP_ALIGNMENT] = {ABI_SIGBUS, ABI_BUS_ADRALN, false},
	[TRAP_SIMD] = {ABI_SIGFPE, 0, true},
};

/* As Linux ranks what may be raised at once. */
static int
float_code(unsigned raised)
{
	if (raised & FPU_INVALID)
		return ABI_FPE_FLTINV;
	if (raised & FPU_ZERO_DIVIDE)
		return ABI_FPE_FLTDIV;
	if (raised & FPU_OVERFLOW)
		return ABI_FPE_FLTOVF;
	if (raised & (FPU_UNDERFLOW | FPU_DENORMAL))
		return ABI_FPE_FLTUND;
	return raised & FPU_PRECISION ? ABI_FPE_FLTRES : 0;
}

/* Behind the end of a file, not allowed, or nothing there. */
static void
describe_page_fault(uint64_t address, uint64_t error, struct abi_siginfo *info)
{
	int result = mapping_fault(address, error);

	info->address = address;
	if (result == -ENXIO) {
		info->signal = ABI_SIGBUS;
		info->code = ABI_BUS_ADRERR;
	} else if (result == -EACCES || (error & FAULT_PRESENT)) {
		info->code = ABI_SEGV_ACCERR;
	}
}

static void
describe_fault(const struct trap_frame *frame, struct abi_siginfo *info)
{
	*info = (struct abi_siginfo){
		.signal = fault_kinds[frame->vector].signal,
		.code = fault_kinds[frame->vector].code,
		.address = fault_kinds[frame->vector].has_address ? frame->rip : 0,
	};
	switch (frame->vector) {
	case TRAP_PAGE_FAULT:
		describe_page_fault(cr2_read(), frame->error_code, info);
		break;
	case TRAP_DEBUG:
		if (!(dr6_take() & DR6_SINGLE_STEP))
			info->code = ABI_TRAP_HWBKPT;
		break;
	case TRAP_X87:
		info->code = float_code(fpu_exceptions_x87());
		break;
	case TRAP_SIMD:
		info->code = float_code(fpu_exceptions_vector());
		break;
	}
}

bool
signal_fault(struct trap_frame *frame)
{
	struct thread *self = thread_current();
	struct abi_siginfo info;
	struct abi_sigaction action;

	if (!self->fpu || !fault_kinds[frame->vector].signal)
		return false;
	describe_fault(frame, &info);
	if ((self->events.held & SIGNAL_BIT(info.signal)) ||
	    !signal_take_handler(info.signal, &action))
		return false;
	return signal_frame_push(frame, &info, &action);
}
