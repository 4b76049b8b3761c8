; SPDX-License-Identifier: BSD-3-Clause
;
; From where a loader by multiboot1's address fields puts the image to where it is linked.
;
; It is linked at 16 MB, and a machine that has less RAM would have nothing there to say so with. So
; those loaders put it at 1 MB (__linuxless_load_start), without its .bss, and what they hand over
; right behind: command line, modules. Here it is moved up, and the .bss is made. What is handed
; over is moved before, behind all of the image, where the image would overwrite it.
;
; Until then nothing but the image's first pages is used: code, texts and stack are in .text.entry,
; which can still be written to. EBP is what is to be added to an address as it is linked.

bits 32

%include "cpu.inc"
%include "multiboot.inc"

extern __linuxless_bss_end
extern __linuxless_data_end
extern __linuxless_entry
extern __linuxless_image_start
extern __linuxless_load_end
extern __linuxless_load_shift
extern boot_begin
extern boot_ram_from
extern boot_say_room

global __linuxless_loaded
global boot_move

PAGE_SIZE	equ 4096
BLOCK		equ 64		; bytes moved at a time
STRING_LIMIT	equ 65536	; no string is longer: BOOT_STRING_LIMIT in boot_info_internal.h

section .text.entry

__linuxless_loaded:
	mov	ebp, __linuxless_load_shift
	neg	ebp
	jmp	boot_begin

; EBX: the boot information, kept. Continues at the place where this is linked, behind the call.
boot_move:
	cmp	ebx, __linuxless_image_start
	jb	.outside
	mov	ecx, ebx		; RAM there is, but the loader's own data is in it
	mov	eax, __linuxless_bss_end
	cmp	ebx, eax
	jb	boot_say_room
.outside:
	mov	eax, cr0		; SSE is on, for this alone
	and	eax, ~(CR0_EM | CR0_TS)
	mov	cr0, eax
	mov	eax, cr4
	or	eax, CR4_OSFXSR
	mov	cr4, eax
	call	find_handed
	cmp	byte [ebp + in_the_way], 0
	je	.image
	call	move_handed
.image:
	mov	edi, __linuxless_image_start
	lea	esi, [edi + ebp]
	mov	ecx, __linuxless_data_end + BLOCK - 1
	sub	ecx, edi
	call	move_up
	mov	edi, __linuxless_data_end
	mov	ecx, __linuxless_bss_end
	sub	ecx, edi
	xorps	xmm0, xmm0
.odd:					; both ends are multiples of 16
	test	ecx, BLOCK - 1
	jz	.clear
	movaps	[edi], xmm0
	add	edi, 16
	sub	ecx, 16
	jmp	.odd
.clear:
	movaps	[edi], xmm0
	movaps	[edi + 16], xmm0
	movaps	[edi + 32], xmm0
	movaps	[edi + 48], xmm0
	add	edi, BLOCK
	sub	ecx, BLOCK
	jnz	.clear
	sub	esp, ebp		; the same stack, moved
	sub	[esp], ebp
	xor	ebp, ebp
	ret

; Moves ECX bytes, less what is no whole block, from ESI up to EDI: from the end, as both may
; overlap.
move_up:
	and	ecx, ~(BLOCK - 1)
.block:
	jz	.done
	movups	xmm0, [esi + ecx - BLOCK]
	movups	xmm1, [esi + ecx - BLOCK + 16]
	movups	xmm2, [esi + ecx - BLOCK + 32]
	movups	xmm3, [esi + ecx - BLOCK + 48]
	movups	[edi + ecx - BLOCK], xmm0
	movups	[edi + ecx - BLOCK + 16], xmm1
	movups	[edi + ecx - BLOCK + 32], xmm2
	movups	[edi + ecx - BLOCK + 48], xmm3
	sub	ecx, BLOCK
	jmp	.block
.done:
	ret

; Calls ESI for each pointer in the boot information: EDX is where it is, EAX how many bytes are
; behind it, EDI 1 if that many are in use, 0 if it is a string of unknown length.
for_each_handed:
	xor	edi, edi
	mov	eax, STRING_LIMIT
	lea	edx, [ebx + MULTIBOOT1_INFO_LINE]
	test	dword [ebx + MULTIBOOT1_INFO_FLAGS], MULTIBOOT1_INFO_HAS_LINE
	jz	.name
	call	esi
.name:
	mov	eax, STRING_LIMIT
	lea	edx, [ebx + MULTIBOOT1_INFO_NAME]
	test	dword [ebx + MULTIBOOT1_INFO_FLAGS], MULTIBOOT1_INFO_HAS_NAME
	jz	.modules
	call	esi
.modules:
	test	dword [ebx + MULTIBOOT1_INFO_FLAGS], MULTIBOOT1_INFO_HAS_MODULES
	jz	.done
	mov	ecx, [ebx + MULTIBOOT1_INFO_MODULE_COUNT]
	mov	edx, [ebx + MULTIBOOT1_INFO_MODULES]
	jecxz	.done
.module:
	push	edx
	mov	eax, [edx + 4]
	sub	eax, [edx]
	inc	edi
	call	esi			; its bytes, of which the end is a pointer as well
	mov	edx, [esp]
	xor	eax, eax
	add	edx, 4
	call	esi
	mov	edx, [esp]
	mov	eax, STRING_LIMIT
	add	edx, 8
	dec	edi
	call	esi
	pop	edx
	add	edx, MULTIBOOT1_MODULE_SIZE
	loop	.module
	mov	eax, [ebx + MULTIBOOT1_INFO_MODULE_COUNT]
	shl	eax, 4
	inc	edi
	lea	edx, [ebx + MULTIBOOT1_INFO_MODULES]
	call	esi			; their list, last: it was followed
.done:
	ret

; Notes the end of what is handed over from the loaded image's end on, and whether anything of it is
; where the image will be.
find_handed:
	mov	dword [ebp + handed_end], __linuxless_load_end
	mov	byte [ebp + in_the_way], 0
	lea	esi, [ebp + .note]
	jmp	for_each_handed
.note:
	mov	edx, [edx]
	cmp	edx, __linuxless_load_end
	jb	.noted
	add	eax, edx
	test	edi, edi
	jnz	.counts
	cmp	edx, __linuxless_bss_end
	jae	.noted			; a string of the loader's own, far above
.counts:
	cmp	eax, [ebp + handed_end]
	jbe	.seen
	mov	[ebp + handed_end], eax
.seen:
	cmp	edx, __linuxless_bss_end
	jae	.noted
	cmp	eax, __linuxless_image_start
	jbe	.noted
	mov	byte [ebp + in_the_way], 1
.noted:
	ret

; Moves all that behind the place of the image, by whole pages, and the pointers with it.
move_handed:
	mov	eax, __linuxless_bss_end + PAGE_SIZE - 1
	sub	eax, __linuxless_load_end
	and	eax, ~(PAGE_SIZE - 1)
	mov	[ebp + handed_shift], eax
	add	eax, [ebp + handed_end]
	mov	ecx, __linuxless_image_start
	push	eax
	call	boot_ram_from
	pop	eax
	cmp	ecx, eax
	jb	boot_say_room
	lea	esi, [ebp + .follow]
	call	for_each_handed
	mov	esi, __linuxless_load_end
	mov	edi, esi
	add	edi, [ebp + handed_shift]
	mov	ecx, [ebp + handed_end]
	sub	ecx, esi
	add	ecx, BLOCK - 1
	jmp	move_up
.follow:
	mov	eax, [edx]
	cmp	eax, __linuxless_load_end
	jb	.followed
	cmp	eax, [ebp + handed_end]
	ja	.followed
	add	eax, [ebp + handed_shift]
	mov	[edx], eax
.followed:
	ret

align 4, db 0
handed_end:	dd 0
handed_shift:	dd 0
in_the_way:	dd 0
