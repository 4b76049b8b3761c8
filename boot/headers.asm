; SPDX-License-Identifier: BSD-3-Clause
;
; What boot loaders look for in the first kilobytes of the file. One file serves all protocols:
; QEMU and iPXE read the multiboot1 header (its address fields make them take an ELF64), GRUB the
; multiboot2 header, which alone gives the RSDP under UEFI; hypervisors without a BIOS read the
; ELF note that names PVH's entry.

%include "multiboot.inc"

extern __linuxless_load_header
extern __linuxless_load_start
extern __linuxless_load_end
extern __linuxless_load_entry
extern pvh_entry

MULTIBOOT1_FLAGS equ MULTIBOOT1_PAGE_ALIGN | MULTIBOOT1_MEMORY_INFO | MULTIBOOT1_ADDRESSES

section .multiboot1 progbits alloc noexec nowrite align=4
multiboot1_header:
	dd MULTIBOOT1_MAGIC
	dd MULTIBOOT1_FLAGS
	dd -(MULTIBOOT1_MAGIC + MULTIBOOT1_FLAGS)
	; Loaded below where it is linked, it goes there itself: loaded.asm.
	dd __linuxless_load_header	; header_addr
	dd __linuxless_load_start	; load_addr
	dd __linuxless_load_end		; load_end_addr
	dd __linuxless_load_end		; bss_end_addr
	dd __linuxless_load_entry	; entry_addr

section .multiboot2 progbits alloc noexec nowrite align=8
multiboot2_header:
	dd MULTIBOOT2_MAGIC
	dd MULTIBOOT2_I386
	dd .end - multiboot2_header
	dd -(MULTIBOOT2_MAGIC + MULTIBOOT2_I386 + (.end - multiboot2_header)) & 0xffffffff

	; Any framebuffer will do, and none: text mode where firmware has it.
	align 8, db 0
	dw MULTIBOOT2_TAG_FRAMEBUFFER, MULTIBOOT2_OPTIONAL
	dd 20
	dd 1024, 768, 32

	align 8, db 0
	dw MULTIBOOT2_TAG_MODULE_ALIGN, MULTIBOOT2_OPTIONAL
	dd 8

	align 8, db 0
	dw MULTIBOOT2_TAG_END, 0
	dd 8
.end:

section .note.pvh note alloc noexec nowrite align=4
	dd PVH_NOTE_OWNER_SIZE
	dd 4				; size of the address
	dd PVH_NOTE_ENTRY
	db "Xen", 0
	dd pvh_entry
