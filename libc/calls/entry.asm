; SPDX-License-Identifier: BSD-3-Clause
;
; Where a system call arrives (LSTAR). The caller is in ring 0 too: only RCX (its next
; instruction) and R11 (its RFLAGS) are special, FMASK has switched interrupts off, and GS is the
; CPU's block. The caller's stack is left at once: its red zone is in use, and a thread that ends
; has given its stack back already (musl's __unmapself).

%include "offsets.inc"

bits 64
default rel

extern dispatch_call
extern app_return

global syscall_entry

section .text

syscall_entry:
	mov	[gs:CPU_APP_STACK], rsp
	mov	rsp, [gs:CPU_KERNEL_STACK_TOP]

	; struct app_frame of kernel/thread/thread_internal.h, from its end
	push	qword [gs:CPU_APP_STACK]
	push	r11
	push	rcx
	push	rax
	push	r9
	push	r8
	push	r10
	push	rdx
	push	rsi
	push	rdi
	push	rbx
	push	rbp
	push	r12
	push	r13
	push	r14
	push	r15

	mov	rcx, r10		; where C has its fourth argument; the others are in place
	xor	ebp, ebp		; a backtrace ends here
	call	dispatch_call
	jmp	app_return
