/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The last report. Other CPUs are stopped first, so that it is whole; it is written directly to
 * the consoles. A panic within a panic says so in one line, and ends the run as asked; one more
 * just halts.
 */
#include "kernel/base/panic.h"

#include <stdarg.h>
#include <stdbool.h>

#include "kernel/base/cpu.h"
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/console/console.h"
#include "kernel/end/backtrace.h"
#include "kernel/end/panic_report.h"
#include "kernel/end/power.h"
#include "kernel/end/pvpanic.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/loader/settings.h"

#define PANIC_LINE_SIZE 256
#define EXIT_STATUS_PANIC 0x7f

static uint32_t panicking; /* 0: no; else the panicking CPU's index + 1 */
static unsigned depth;	   /* panics on that CPU */

void
panic_print(const char *format, ...)
{
	char line[PANIC_LINE_SIZE];
	va_list args;

	va_start(args, format);
	format_text_va(line, sizeof(line), format, args);
	va_end(args);
	console_write_panic(line, string_length(line));
}

static void __attribute__((noreturn)) panic_end(void)
{
	pvpanic_tell();
	power_end(settings.panic, settings.panic_seconds, EXIT_STATUS_PANIC);
}

/* Makes this CPU the one that reports; the others halt here. */
static void
panic_begin(void)
{
	uint32_t me = cpu_this()->index + 1;
	uint32_t none = 0;

	(void)interrupts_save();
	if (!__atomic_compare_exchange_n(&panicking, &none, me, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE) &&
	    none != me)
		cpu_halt_forever();
	switch (depth++) {
	case 0:
		ipi_stop_others();
		console_open_for_report();
		return;
	case 1:
		panic_print("\nAnother failure during this report.\n");
		panic_end();
	default:
		cpu_halt_forever();
	}
}

void
panic(const char *format, ...)
{
	char line[PANIC_LINE_SIZE];
	va_list args;
	const uint64_t *frame = __builtin_frame_address(0); /* the caller's RBP, and its address */

	panic_begin();
	va_start(args, format);
	format_text_va(line, sizeof(line), format, args);
	va_end(args);
	panic_print("\n*** PANIC on CPU %u: %s\n", cpu_this()->index, line);
	/* Within the call, which may end its function: behind it another one may begin. */
	backtrace_print(frame[1] - 1, (uint64_t)(frame + 2), frame[0]);
	panic_end();
}

void
panic_trap(const struct trap_frame *frame)
{
	panic_begin();
	panic_report_trap(frame);
	backtrace_print(frame->rip, frame->rsp, frame->rbp);
	panic_end();
}
