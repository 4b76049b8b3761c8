/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * makecontext(): a context that begins with a function on a stack of its own (System V ABI §3.2.3
 * for where its arguments are). ucontext.asm has the others.
 */
#include <stdarg.h>
#include <stdint.h>
#include <ucontext.h>

#define IN_REGISTERS 6

void __linuxless_context_end(void);

void
makecontext(ucontext_t *context, void (*function)(void), int count, ...)
{
	static const int registers[IN_REGISTERS] = {REG_RDI, REG_RSI, REG_RDX,
						    REG_RCX, REG_R8,  REG_R9};
	long long *values = context->uc_mcontext.gregs;
	uintptr_t top = (uintptr_t)context->uc_stack.ss_sp + context->uc_stack.ss_size;
	uint64_t *stack;
	va_list arguments;

	if (count > IN_REGISTERS)
		top -= (uintptr_t)(count - IN_REGISTERS) * sizeof(*stack);
	stack = (uint64_t *)(top & ~(uintptr_t)15) - 1;
	stack[0] = (uintptr_t)__linuxless_context_end;
	va_start(arguments, count);
	for (int i = 0; i < count; i++) {
		uint64_t value = va_arg(arguments, uint64_t);

		if (i < IN_REGISTERS)
			values[registers[i]] = (long long)value;
		else
			stack[1 + i - IN_REGISTERS] = value;
	}
	va_end(arguments);
	values[REG_RBX] = (long long)(uintptr_t)context->uc_link;
	values[REG_RIP] = (long long)(uintptr_t)function;
	values[REG_RSP] = (long long)(uintptr_t)stack;
}
