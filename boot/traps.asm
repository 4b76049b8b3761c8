; SPDX-License-Identifier: BSD-3-Clause
;
; One stub a vector, 16 bytes apart, so that trap.c computes their addresses. A stub completes what
; the CPU pushed to a struct trap_frame (kernel/cpu/trap.h); its stack is the one that the IDT
; names, which the CPU aligned to 16 bytes, so the call below is aligned too.
;
; A processor that is on its way has neither stacks of its own for exceptions nor a block at GS:
; the stubs of its exceptions have it find its block first.

%include "offsets.inc"

bits 64
default rel

extern smp_identify
extern trap_dispatch

global trap_stubs
global trap_early_stubs
global trap_return

VECTORS		equ 256
EXCEPTIONS	equ 32
; Exceptions for which the CPU pushes an error code (SDM vol. 3 §6.13).
%define HAS_ERROR_CODE(v) ((v) == 8 || ((v) >= 10 && (v) <= 14) || (v) == 17 || (v) == 21 || \
	(v) == 29 || (v) == 30)

; stubs COUNT, WHERE: for the vectors from 0 on; they go on at WHERE.
%macro stubs 2
%assign vector 0
%rep %1
	align 16
%if !HAS_ERROR_CODE(vector)
	push	0
%endif
	push	strict dword vector
	jmp	near %2
%assign vector vector + 1
%endrep
%endmacro

%macro save_registers 0
	push	rax
	push	rcx
	push	rdx
	push	rsi
	push	rdi
	push	r8
	push	r9
	push	r10
	push	r11
	push	rbx
	push	rbp
	push	r12
	push	r13
	push	r14
	push	r15
	cld
%endmacro

section .text

align 16
trap_stubs:
	stubs VECTORS, trap_common

align 16
trap_early_stubs:
	stubs EXCEPTIONS, trap_early_common

align 16
trap_early_common:
	save_registers
	call	smp_identify
	mov	rdi, rsp
	call	trap_dispatch
	jmp	trap_return

align 16
trap_common:
	save_registers
	; QEMU empties SS where the IDT names a stack, and translates all that runs here, and the
	; thread that is switched to, once more for the different SS.
	mov	eax, SEGMENT_DATA
	mov	ss, eax
	mov	rdi, rsp
	call	trap_dispatch

; Back to where the struct trap_frame at RSP came from.
trap_return:
	pop	r15
	pop	r14
	pop	r13
	pop	r12
	pop	rbp
	pop	rbx
	pop	r11
	pop	r10
	pop	r9
	pop	r8
	pop	rdi
	pop	rsi
	pop	rdx
	pop	rcx
	pop	rax
	add	rsp, 16			; vector and error code
	iretq
