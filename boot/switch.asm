; SPDX-License-Identifier: BSD-3-Clause
;
; From one thread to another, and back to the application.
;
; A thread that does not run has on its kernel stack what switch_stacks pushed. Under that is the
; way by which it came into the kernel: a system call's struct app_frame (libc/calls/entry.asm) or
; an interrupt's struct trap_frame (boot/traps.asm), each at the very top of the stack. A new thread
; is laid out as if it had made a system call. Interrupts are off in all of this.

bits 64
default rel

extern sched_switched
extern trap_return

global switch_stacks
global switch_first
global app_return
global app_resume

section .text

; void switch_stacks(uint64_t *save, uint64_t load)
; Keeps the registers that C expects kept, and RSP in *save; goes on where `load` was saved.
switch_stacks:
	push	rbp
	push	rbx
	push	r12
	push	r13
	push	r14
	push	r15
	mov	[rdi], rsp
	mov	rsp, rsi
	pop	r15
	pop	r14
	pop	r13
	pop	r12
	pop	rbx
	pop	rbp
	ret

; Where a new thread begins: RSP is at its struct app_frame.
switch_first:
	call	sched_switched

; Back to the application with the struct app_frame at RSP. RCX is the return address, R11 is
; lost, as with SYSRET. STI holds interrupts off for one more instruction, so none comes before
; the kernel stack is free again.
app_return:
	pop	r15
	pop	r14
	pop	r13
	pop	r12
	pop	rbp
	pop	rbx
	pop	rdi
	pop	rsi
	pop	rdx
	pop	r10
	pop	r8
	pop	r9
	pop	rax
	pop	rcx
	pop	r11
	pop	rsp
	sti
	jmp	rcx

; void app_resume(const struct trap_frame *frame)
; Back to the application with every register from the frame, for the end of a signal handler.
app_resume:
	mov	rsp, rdi
	jmp	trap_return
