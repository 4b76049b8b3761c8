; SPDX-License-Identifier: BSD-3-Clause
;
; Where the boot loader jumps to: 32-bit protected mode, paging off, EAX a magic number that names
; the protocol, EBX the address of the boot information (Multiboot 0.6.96 §3.2, Multiboot2 §3.3).
;
;   1. a stack, and the loader's two registers kept
;   2. the CPU has what the kernel cannot do without; if not, COM1 hears what is missing
;   3. on to 64 bits: long_mode.asm
;
; Only the image's own memory is written: the boot information is still where the loader put it.

bits 32

extern long_mode

global entry
global boot_magic
global boot_information
global boot_stack_top

COM1		equ 0x3f8
COM_LINE_STATUS	equ COM1 + 5
COM_TX_EMPTY	equ 1 << 5
COM_TRIES	equ 100000		; then the port is taken to be absent

CPUID_MAX	equ 0x80000000
CPUID_EXTENDED	equ 0x80000001

BOOT_STACK_SIZE	equ 16 * 1024

section .text.entry

entry:
	cli
	cld
	mov	esp, boot_stack_top
	mov	[boot_magic], eax
	mov	[boot_information], ebx

	; A CPU without CPUID has EFLAGS.ID stuck (SDM vol. 1 §20.1.2).
	pushfd
	pop	eax
	mov	ecx, eax
	xor	eax, 1 << 21
	push	eax
	popfd
	pushfd
	pop	eax
	cmp	eax, ecx
	mov	esi, missing_cpuid
	je	fail

	mov	eax, CPUID_MAX
	cpuid
	mov	ebp, eax		; highest extended leaf
	mov	eax, 1
	cpuid
	mov	edi, edx
	xor	edx, edx
	cmp	ebp, CPUID_EXTENDED
	jb	.check
	mov	eax, CPUID_EXTENDED
	cpuid
.check:					; EDI: leaf 1 EDX, EDX: leaf 0x80000001 EDX
%macro require 3			; register, bit, name
	mov	esi, %%name
	bt	%1, %2
	jnc	fail
	[section .rodata]
%%name:	db %3, 0
	__?SECT?__
%endmacro
	require edi, 5, "model-specific registers (MSR)"
	require edi, 6, "physical address extension (PAE)"
	require edi, 9, "a local APIC"
	require edi, 24, "FXSAVE and FXRSTOR (FXSR)"
	require edi, 26, "SSE2"
	require edx, 11, "SYSCALL"
	require edx, 20, "execute-disable (NX; it may be switched off in the firmware)"
	require edx, 29, "long mode (64 bits)"
	jmp	long_mode

; ESI: name of what is missing.
fail:
	mov	ebx, esi
	mov	esi, message
	call	say
	mov	esi, ebx
	call	say
	mov	esi, newline
	call	say
.halt:
	hlt
	jmp	.halt

; Writes the NUL-terminated string at ESI to COM1.
say:
	mov	dx, COM_LINE_STATUS
	mov	ecx, COM_TRIES
.wait:
	in	al, dx
	test	al, COM_TX_EMPTY
	loopz	.wait
	mov	dx, COM1
	lodsb
	test	al, al
	jz	.done
	out	dx, al
	jmp	say
.done:
	ret

section .rodata
message:	db 13, 10, "Linuxless: this CPU lacks ", 0
newline:	db 13, 10, 0
missing_cpuid:	db "the CPUID instruction", 0

section .data
boot_magic:		dd 0
boot_information:	dd 0

section .bss
align 16
	resb BOOT_STACK_SIZE
boot_stack_top:
