; SPDX-License-Identifier: BSD-3-Clause
;
; From 32-bit protected mode to the kernel's C: page tables that map the first 4 GB to
; themselves in 2 MB pages (only until paging_init() builds the real ones), long mode
; (SDM vol. 3 §9.8.5), a GDT, and kernel_main on the boot stack.

%include "cpu.inc"

bits 32

extern boot_magic
extern boot_information
extern boot_stack_top
extern kernel_main

global long_mode
global boot_gdt_pointer

PAGE_PRESENT	equ 1 << 0
PAGE_WRITE	equ 1 << 1
PAGE_LARGE	equ 1 << 7
PAGE_4K		equ 0x1000
PAGE_2M		equ 0x200000
TABLE_ENTRIES	equ 512
BOOT_GIGABYTES	equ 4

CODE_SELECTOR	equ 0x08
DATA_SELECTOR	equ 0x10

section .text.entry

long_mode:
	mov	edi, boot_directories
	mov	eax, PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE
	mov	ecx, BOOT_GIGABYTES * TABLE_ENTRIES
.page:
	mov	[edi], eax
	mov	dword [edi + 4], 0
	add	eax, PAGE_2M
	add	edi, 8
	loop	.page

	mov	edi, boot_pointers
	mov	eax, boot_directories + (PAGE_PRESENT | PAGE_WRITE)
	mov	ecx, BOOT_GIGABYTES
.directory:
	mov	[edi], eax
	add	eax, PAGE_4K
	add	edi, 8
	loop	.directory
	mov	dword [boot_level4], boot_pointers + (PAGE_PRESENT | PAGE_WRITE)

	; Whatever firmware left on in CR4 (5-level paging, say) is off from here.
	mov	eax, CR4_PAE
	mov	cr4, eax
	mov	eax, boot_level4
	mov	cr3, eax
	mov	ecx, MSR_EFER
	rdmsr
	or	eax, EFER_LME | EFER_NXE
	wrmsr
	mov	eax, CR0_PE | CR0_MP | CR0_NE | CR0_PG
	mov	cr0, eax
	lgdt	[boot_gdt_pointer]
	jmp	CODE_SELECTOR:.in_long_mode

bits 64
.in_long_mode:
	mov	eax, DATA_SELECTOR
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	xor	eax, eax
	mov	fs, eax
	mov	gs, eax
	mov	esp, boot_stack_top	; zero-extends
	mov	edi, [boot_magic]
	mov	esi, [boot_information]
	xor	ebp, ebp		; ends a backtrace
	call	kernel_main
	ud2

section .rodata
align 8
boot_gdt:
	dq 0
	dq 0x00af9a000000ffff		; 0x08: 64-bit code, ring 0
	dq 0x00cf92000000ffff		; 0x10: data, ring 0
boot_gdt_pointer:
	dw boot_gdt_pointer - boot_gdt - 1
	dq boot_gdt

section .bss
alignb PAGE_4K
boot_level4:		resb PAGE_4K
boot_pointers:		resb PAGE_4K
boot_directories:	resb PAGE_4K * BOOT_GIGABYTES
