; SPDX-License-Identifier: BSD-3-Clause
;
; getcontext(), setcontext(), swapcontext(): what a function keeps for its caller, with stack,
; signal mask, and the control words of both floating-point units. Offsets are those of musl's
; ucontext_t (bits/signal.h), whose layout is Linux's (asm/ucontext.h, asm/sigcontext.h).
;
; The system call is the C library's way: it keeps all registers but RAX, RCX and R11.

bits 64
default rel

extern exit

global getcontext
global setcontext
global swapcontext
global __linuxless_context_end

UC_LINK		equ 8
UC_GREGS	equ 40
  UC_R8		equ UC_GREGS + 0 * 8
  UC_R9		equ UC_GREGS + 1 * 8
  UC_R12	equ UC_GREGS + 4 * 8
  UC_R13	equ UC_GREGS + 5 * 8
  UC_R14	equ UC_GREGS + 6 * 8
  UC_R15	equ UC_GREGS + 7 * 8
  UC_RDI	equ UC_GREGS + 8 * 8
  UC_RSI	equ UC_GREGS + 9 * 8
  UC_RBP	equ UC_GREGS + 10 * 8
  UC_RBX	equ UC_GREGS + 11 * 8
  UC_RDX	equ UC_GREGS + 12 * 8
  UC_RCX	equ UC_GREGS + 14 * 8
  UC_RSP	equ UC_GREGS + 15 * 8
  UC_RIP	equ UC_GREGS + 16 * 8
UC_FPREGS	equ 224		; a pointer, to what FXSAVE stores
  FP_CONTROL	equ 0
  FP_MXCSR	equ 24
UC_MASK		equ 296
UC_FPREGS_ROOM	equ 424

SYS_RT_SIGPROCMASK equ 14
SIG_BLOCK	equ 0
SIG_SETMASK	equ 2
MASK_BYTES	equ 8

section .text

; Stores at RDI all but the signal mask, as for who called the function that RSP is the first of.
%macro store 0
	mov	[rdi + UC_R8], r8
	mov	[rdi + UC_R9], r9
	mov	[rdi + UC_R12], r12
	mov	[rdi + UC_R13], r13
	mov	[rdi + UC_R14], r14
	mov	[rdi + UC_R15], r15
	mov	[rdi + UC_RDI], rdi
	mov	[rdi + UC_RSI], rsi
	mov	[rdi + UC_RBP], rbp
	mov	[rdi + UC_RBX], rbx
	mov	[rdi + UC_RDX], rdx
	mov	[rdi + UC_RCX], rcx
	mov	rcx, [rsp]
	mov	[rdi + UC_RIP], rcx
	lea	rcx, [rsp + 8]
	mov	[rdi + UC_RSP], rcx
	lea	rcx, [rdi + UC_FPREGS_ROOM]
	mov	[rdi + UC_FPREGS], rcx
	fnstcw	[rcx + FP_CONTROL]
	stmxcsr	[rcx + FP_MXCSR]
%endmacro

; int getcontext(ucontext_t *context)
getcontext:
	store
	lea	rdx, [rdi + UC_MASK]
	xor	esi, esi
	mov	edi, SIG_BLOCK
	mov	r10d, MASK_BYTES
	mov	eax, SYS_RT_SIGPROCMASK
	syscall
	ret				; 0: it does not fail

; int swapcontext(ucontext_t *from, const ucontext_t *to)
swapcontext:
	store
	mov	r8, rsi
	lea	rdx, [rdi + UC_MASK]
	lea	rsi, [rsi + UC_MASK]
	jmp	resume

; int setcontext(const ucontext_t *context)
setcontext:
	mov	r8, rdi
	lea	rsi, [rdi + UC_MASK]
	xor	edx, edx

; Goes on in the context at R8; RSI and RDX are its mask, and where the present one goes.
resume:
	mov	edi, SIG_SETMASK
	mov	r10d, MASK_BYTES
	mov	eax, SYS_RT_SIGPROCMASK
	syscall
	mov	rdi, r8
	mov	rcx, [rdi + UC_FPREGS]
	fldcw	[rcx + FP_CONTROL]
	ldmxcsr	[rcx + FP_MXCSR]
	mov	r8, [rdi + UC_R8]
	mov	r9, [rdi + UC_R9]
	mov	r12, [rdi + UC_R12]
	mov	r13, [rdi + UC_R13]
	mov	r14, [rdi + UC_R14]
	mov	r15, [rdi + UC_R15]
	mov	rsi, [rdi + UC_RSI]
	mov	rbp, [rdi + UC_RBP]
	mov	rbx, [rdi + UC_RBX]
	mov	rdx, [rdi + UC_RDX]
	mov	rcx, [rdi + UC_RCX]
	mov	rsp, [rdi + UC_RSP]
	mov	rax, [rdi + UC_RIP]
	push	rax
	mov	rdi, [rdi + UC_RDI]
	xor	eax, eax
	ret

; Where a function of makecontext()'s returns to: RBX is the context that follows, or NULL.
__linuxless_context_end:
	and	rsp, -16
	mov	rdi, rbx
	test	rdi, rdi
	jz	.none
	call	setcontext
.none:
	xor	edi, edi
	call	exit
	ud2

section .note.GNU-stack noalloc noexec nowrite progbits
