; SPDX-License-Identifier: BSD-3-Clause
;
; Where the boot loader jumps to: 32-bit protected mode, paging off, EAX a magic number that names
; the protocol, EBX the address of the boot information (Multiboot 0.6.96 §3.2, Multiboot2 §3.3).
;
;   1. the CPU has what the kernel cannot do without; if not, say.asm says what is missing
;   2. there is RAM for the image (room.asm), which is moved to it (loaded.asm)
;   3. on to 64 bits: long_mode.asm
;
; Only the image's own memory is written: the boot information is still where the loader put it.

bits 32

extern boot_check_room
extern boot_move
extern boot_say
extern long_mode

%include "multiboot.inc"

global __linuxless_entry
global pvh_entry
global boot_begin
global boot_halt
global boot_magic
global boot_information
global boot_stack_guard
global boot_stack_top

EFLAGS_ID		equ 1 << 21
CPUID_MAX		equ 0x80000000
CPUID_EXTENDED		equ 0x80000001

PAGE_SIZE		equ 4096
BOOT_STACK_SIZE		equ 32 * 1024

EARLY_STACK_SIZE	equ 256

section .text.entry

; A hypervisor without a boot loader: EAX is undefined, EBX the start information (pvh.c).
pvh_entry:
	mov	eax, PVH_MAGIC
__linuxless_entry:
	xor	ebp, ebp

; EBP: where this runs less where it is linked; with multiboot1 it is not yet there.
boot_begin:
	cli
	cld
	lea	esp, [ebp + early_stack_top]
	push	eax
	push	ebx

	; A CPU without CPUID has EFLAGS.ID stuck (SDM vol. 1 §20.1.2).
	pushfd
	pop	eax
	mov	ecx, eax
	xor	eax, EFLAGS_ID
	push	eax
	popfd
	pushfd
	pop	eax
	cmp	eax, ecx
	lea	esi, [ebp + missing_cpuid]
	jne	.has_cpuid
	call	report
	jmp	boot_halt
.has_cpuid:
	mov	eax, CPUID_MAX
	cpuid
	push	eax			; highest extended leaf
	mov	eax, 1
	cpuid
	mov	edi, edx
	pop	eax
	xor	edx, edx
	cmp	eax, CPUID_EXTENDED
	jb	.check
	mov	eax, CPUID_EXTENDED
	cpuid
.check:					; EDI: leaf 1 EDX, and then leaf 0x80000001 EDX
	push	edx
	xor	ebx, ebx		; how much is missing
%macro require 2			; bit, name
	lea	esi, [ebp + %%name]
	bt	edi, %1
	jc	%%present
	call	report
	jmp	%%present
%%name:	db %2, 0
%%present:
%endmacro
	require 5, "model-specific registers (MSR)"
	require 6, "physical address extension (PAE)"
	require 9, "a local APIC"
	require 24, "FXSAVE and FXRSTOR (FXSR)"
	require 26, "SSE2"
	; SYSCALL is not asked for: Intel's CPUs show its bit in 64-bit mode alone. All have it.
	pop	edi
	require 20, "execute-disable (NX; it may be switched off in the firmware)"
	require 29, "long mode (64 bits)"
	test	ebx, ebx
	jnz	boot_halt
	mov	ebx, [esp]
	mov	eax, [esp + 4]
	call	boot_check_room
	test	ebp, ebp
	jz	.in_place
	call	boot_move
.in_place:
	pop	dword [boot_information]
	pop	dword [boot_magic]
	mov	esp, boot_stack_top
	jmp	long_mode
boot_halt:
	hlt
	jmp	boot_halt

; Says that what ESI names is missing, and counts it in EBX.
report:
	inc	ebx
	push	esi
	lea	esi, [ebp + message]
	call	boot_say
	pop	esi
	call	boot_say
	lea	esi, [ebp + newline]
	jmp	boot_say

message:	db 13, 10, "Linuxless: this CPU lacks ", 0
newline:	db 13, 10, 0
missing_cpuid:	db "the CPUID instruction", 0

align 4, db 0
		times EARLY_STACK_SIZE db 0
early_stack_top:

section .data
boot_magic:		dd 0
boot_information:	dd 0

section .bss
alignb PAGE_SIZE
boot_stack_guard:	resb PAGE_SIZE	; paging_init() leaves it out of the map
			resb BOOT_STACK_SIZE
boot_stack_top:
