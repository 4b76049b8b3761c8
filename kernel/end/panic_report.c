/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a trap frame to words: which exception (Intel SDM vol. 3 §6.15), what was accessed and why
 * that failed, where.
 */
#include "kernel/end/panic_report.h"

#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/image.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/machine_check.h"
#include "kernel/end/backtrace.h"
#include "kernel/memory/arena.h"
#include "kernel/memory/paging.h"

/* How far from a guard page a stack pointer is that has hit it: above, and below (one frame). */
#define FRAME_MOST (1 * MB)

#define STACK_WORDS 16
#define WORDS_PER_LINE 4
#define SELECTOR_EXTERNAL (1u << 0)
#define SELECTOR_IDT (1u << 1)

static const char *const trap_names[TRAP_COUNT] = {
	[TRAP_DIVIDE] = "divide error",
	[TRAP_DEBUG] = "debug exception",
	[TRAP_NMI] = "non-maskable interrupt",
	[TRAP_BREAKPOINT] = "breakpoint",
	[TRAP_OVERFLOW] = "overflow",
	[TRAP_BOUND] = "bound range exceeded",
	[TRAP_INVALID_OPCODE] = "invalid opcode",
	[TRAP_NO_DEVICE] = "no floating-point unit",
	[TRAP_DOUBLE_FAULT] = "double fault",
	[TRAP_INVALID_TSS] = "invalid TSS",
	[TRAP_NOT_PRESENT] = "segment not present",
	[TRAP_STACK] = "stack-segment fault",
	[TRAP_PROTECTION] = "general protection fault",
	[TRAP_PAGE_FAULT] = "page fault",
	[TRAP_X87] = "x87 floating-point error",
	[TRAP_ALIGNMENT] = "alignment check",
	[TRAP_MACHINE_CHECK] = "machine check",
	[TRAP_SIMD] = "SIMD floating-point error",
};

/* "function+0x12" before and after texts of the caller's; nothing where no function is. */
static void
print_place(const char *before, uint64_t address, const char *after)
{
	char name[SYMBOLS_NAME_MAX];
	uint64_t offset;

	if (backtrace_symbol(address, name, &offset))
		panic_print("%s%s+%#lx%s", before, name, offset, after);
}

static const char *(*guard_names)(uint64_t address);

void
panic_report_set_guards(const char *(*guard)(uint64_t address))
{
	guard_names = guard;
}

/* Whose guard page an address is on, NULL when on none. */
static const char *
guard_owner(uint64_t address)
{
	const char *owner;

	if (ALIGN_DOWN(address, PAGE_4K) == (uint64_t)boot_stack_guard)
		return "boot stack";
	owner = arena_guard_owner(address);
	return owner == NULL && guard_names != NULL ? guard_names(address) : owner;
}

/* Whether the stack in use has grown down to a guard page: else somebody has read wild. */
static bool
is_overflow(uint64_t guard, uint64_t rsp)
{
	return rsp <= ALIGN_DOWN(guard, PAGE_4K) + PAGE_4K + RED_ZONE &&
	       rsp + FRAME_MOST >= ALIGN_DOWN(guard, PAGE_4K);
}

static void
explain_not_mapped(uint64_t address, uint64_t rsp)
{
	const char *owner = guard_owner(address);

	if (address < PAGE_4K)
		panic_print("page 0: a null pointer\n");
	else if (owner != NULL && is_overflow(address, rsp))
		panic_print("stack overflow: the guard page of the %s\n", owner);
	else if (owner != NULL)
		panic_print("the guard page of the %s, which is not the stack in use\n", owner);
	else
		panic_print("nothing is mapped there\n");
}

/* Text and read-only data are named; other memory is read-only because someone asked for it. */
static void
explain_not_writable(uint64_t address)
{
	panic_print("read-only memory");
	print_place(" (text of ", address, ")");
	if (address >= (uint64_t)rodata_start && address < (uint64_t)rodata_end)
		panic_print(" (constants of the image)");
	panic_print("\n");
}

static void
explain_page_fault(uint64_t address, uint64_t error, uint64_t rsp)
{
	const char *access = error & FAULT_FETCH   ? "execution of"
			     : error & FAULT_WRITE ? "write to"
						   : "read of";

	panic_print("  %s %#lx: ", access, address);
	if (error & FAULT_RESERVED)
		panic_print("a reserved bit is set in a page table entry\n");
	else if (!(error & FAULT_PRESENT))
		explain_not_mapped(address, rsp);
	else if (error & FAULT_FETCH)
		panic_print("memory that is not executable\n");
	else if (error & FAULT_WRITE)
		explain_not_writable(address);
	else
		panic_print("the access is not allowed\n");
}

static void
explain_double_fault(uint64_t rsp)
{
	if (guard_owner(cr2_read()) == NULL)
		return;
	panic_print("  after an access to %#lx: ", cr2_read());
	explain_not_mapped(cr2_read(), rsp);
}

static void
explain_selector(uint64_t error)
{
	if (error == 0)
		return;
	panic_print("  %s %#lx%s\n", error & SELECTOR_IDT ? "IDT vector" : "selector", error >> 3,
		    error & SELECTOR_EXTERNAL ? ", raised by an external event" : "");
}

static void
print_registers(const struct trap_frame *f)
{
	panic_print("  rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", f->rax, f->rbx, f->rcx,
		    f->rdx);
	panic_print("  rsi %016lx  rdi %016lx  rbp %016lx  rsp %016lx\n", f->rsi, f->rdi, f->rbp,
		    f->rsp);
	panic_print("  r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx\n", f->r8, f->r9, f->r10,
		    f->r11);
	panic_print("  r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx\n", f->r12, f->r13, f->r14,
		    f->r15);
	panic_print("  rip %016lx  rflags %08lx  cs %04lx  ss %04lx  cr2 %016lx  cr3 %016lx\n",
		    f->rip, f->rflags, f->cs, f->ss, cr2_read(), cr3_read());
}

/* From RSP on, or after a stack overflow, when that is on the guard page, from above it. */
static void
print_stack(uint64_t rsp)
{
	struct paging_mapping mapping;

	rsp = ALIGN_DOWN(rsp, sizeof(uint64_t));
	if (!paging_lookup(rsp, &mapping))
		rsp = ALIGN_UP(rsp + 1, PAGE_4K);
	for (unsigned i = 0; i < STACK_WORDS && paging_lookup(rsp, &mapping); i++) {
		if (i % WORDS_PER_LINE == 0)
			panic_print("  stack %016lx:", rsp);
		panic_print(" %016lx%s", *(const uint64_t *)rsp,
			    i % WORDS_PER_LINE == WORDS_PER_LINE - 1 ? "\n" : "");
		rsp += sizeof(uint64_t);
	}
}

void
panic_report_trap(const struct trap_frame *frame)
{
	const char *name = frame->vector < TRAP_COUNT ? trap_names[frame->vector] : NULL;

	panic_print("\n*** PANIC on CPU %u: %s (vector %lu, error code %#lx)", cpu_this()->index,
		    name == NULL ? "reserved exception" : name, frame->vector, frame->error_code);
	print_place(" in ", frame->rip, "");
	panic_print("\n");
	switch (frame->vector) {
	case TRAP_PAGE_FAULT:
		explain_page_fault(cr2_read(), frame->error_code, frame->rsp);
		break;
	case TRAP_DOUBLE_FAULT:
		explain_double_fault(frame->rsp);
		break;
	case TRAP_MACHINE_CHECK:
		machine_check_report();
		break;
	case TRAP_INVALID_TSS:
	case TRAP_NOT_PRESENT:
	case TRAP_STACK:
	case TRAP_PROTECTION:
		explain_selector(frame->error_code);
		break;
	}
	print_registers(frame);
	print_stack(frame->rsp);
}
