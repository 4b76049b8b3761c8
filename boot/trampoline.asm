; SPDX-License-Identifier: BSD-3-Clause
;
; The way of an application processor from its start-up interrupt to smp_arrive() in
; kernel/start/smp.c.
;
; Real mode has one page below 1 MB, to which smp.c copies what is between trampoline_start and
; trampoline_end. That part only loads a flat GDT and jumps: from then on the processor runs in the
; image itself, whose addresses are below 4 GB and absolute. Any number of processors may be on the
; way at once: nothing is written but the counter that numbers them.
;
; From its first instruction in long mode on a processor can tell of an exception (boot/traps.asm).
; For that it is on the boot CPU's early stack until it has its own. All share that one, but none
; writes to it unless it fails.

%include "cpu.inc"
%include "offsets.inc"

SELECTOR_CODE64	equ 0x08
SELECTOR_DATA	equ 0x10
SELECTOR_CODE32	equ 0x18

extern smp_root, smp_arrivals, smp_expected, smp_stacks, smp_arrive
extern segments_early_stack, trap_early_gates
global trampoline_start, trampoline_end

section .text
bits 16
trampoline_start:
	cli
	cld
	mov	ax, cs
	mov	ds, ax
	o32 lgdt	[gdt_pointer - trampoline_start]
	mov	eax, CR0_PE | CR0_NE	; clears CD and NW, which INIT has left set
	mov	cr0, eax
	jmp	dword SELECTOR_CODE32:protected_mode

gdt_pointer:
	dw gdt_end - gdt - 1
	dd gdt
trampoline_end:

bits 32
protected_mode:
	mov	ax, SELECTOR_DATA
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	esp, segments_early_stack + SEGMENTS_EARLY_STACK_SIZE
	lidt	[idt_pointer]
	mov	eax, CR4_PAE
	mov	cr4, eax
	mov	eax, [smp_root]
	mov	cr3, eax
	mov	ecx, MSR_EFER
	rdmsr
	or	eax, EFER_LME | EFER_NXE
	wrmsr
	mov	eax, CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE
	mov	cr0, eax
	jmp	SELECTOR_CODE64:trampoline_long_mode

bits 64
trampoline_long_mode:
	xor	eax, eax
	mov	fs, ax
	mov	gs, ax
	mov	eax, 1
	lock xadd	[abs smp_arrivals], eax
	cmp	eax, [abs smp_expected]
	jae	.halt			; one that nobody waits for any more
	mov	rdx, [abs smp_stacks]
	mov	rsp, [rdx + rax * 8]
	xor	ebp, ebp		; the end of the frame pointer chain
	call	smp_arrive
.halt:
	cli
	hlt
	jmp	.halt

section .rodata
align 8
gdt:
	dq 0
	dq 0x00af9b000000ffff		; code, 64 bits
	dq 0x00cf93000000ffff		; data
	dq 0x00cf9b000000ffff		; code, 32 bits
gdt_end:
idt_pointer:
	dw TRAP_EARLY_GATES_SIZE - 1
	dd trap_early_gates
