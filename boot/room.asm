; SPDX-License-Identifier: BSD-3-Clause
;
; Is there RAM for the image? A loader by multiboot1's address fields, and QEMU with PVH, do not
; look; GRUB has. As in loaded.asm, nothing but the first pages of the image is used, and EBP is
; what is to be added to an address as it is linked.

bits 32

%include "multiboot.inc"

extern __linuxless_bss_end
extern __linuxless_image_start
extern boot_halt
extern boot_say

global boot_check_room
global boot_ram_from
global boot_say_room

MB_SHIFT	equ 20
; What firmware keeps at the end of RAM, in QEMU: a machine with N MB has so much less.
KEPT_SHIFT	equ 17
LOW_RAM		equ 1 << MB_SHIFT

section .text.entry

; Returns if all of the image is RAM by the loader's map, or if there is none. Else says what is
; needed, and stops. EAX: the loader's magic number, EBX: its information, kept.
boot_check_room:
	call	find_map
	jc	.enough
	mov	ecx, __linuxless_image_start
	call	boot_ram_from
	cmp	ecx, __linuxless_bss_end
	jae	.enough
	mov	eax, __linuxless_bss_end
	cmp	ecx, __linuxless_image_start
	ja	boot_say_room
	mov	ecx, LOW_RAM
	call	boot_ram_from
	mov	eax, __linuxless_bss_end
	jmp	boot_say_room
.enough:
	ret

; Notes where the map is; carry: there is none.
find_map:
	cmp	eax, MULTIBOOT1_LOADER_MAGIC
	jne	.pvh
	test	dword [ebx + MULTIBOOT1_INFO_FLAGS], MULTIBOOT1_INFO_HAS_MAP
	jz	.none
	mov	esi, [ebx + MULTIBOOT1_INFO_MAP]
	mov	edi, [ebx + MULTIBOOT1_INFO_MAP_LENGTH]
	cmp	dword [esi], RANGE_SIZE - 4
	jne	.none
	add	esi, 4			; a range's own size comes before it
	jmp	.found
.pvh:
	cmp	eax, PVH_MAGIC
	jne	.none
	cmp	dword [ebx + PVH_VERSION], 1
	jb	.none
	mov	esi, [ebx + PVH_MAP]
	imul	edi, [ebx + PVH_MAP_COUNT], RANGE_SIZE
.found:
	add	edi, esi
	mov	[ebp + map], esi
	mov	[ebp + map_end], edi
	clc
	ret
.none:
	stc
	ret

; Moves ECX up to where the RAM that it is in ends, over all ranges that follow each other, in
; whatever order the map has them; without a map to 4 GB. EBX is kept.
boot_ram_from:
	mov	edx, ecx
	mov	esi, [ebp + map]
	test	esi, esi
	jz	.unknown
.range:
	cmp	esi, [ebp + map_end]
	jae	.all
	cmp	dword [esi + RANGE_TYPE], RANGE_RAM
	jne	.next
	cmp	dword [esi + RANGE_BASE + 4], 0
	jne	.next
	mov	eax, [esi + RANGE_BASE]
	cmp	eax, ecx
	ja	.next
	add	eax, [esi + RANGE_LENGTH]
	jc	.beyond
	cmp	dword [esi + RANGE_LENGTH + 4], 0
	je	.near
.beyond:
	or	eax, -1			; beyond 4 GB, which is as far as an image can be
.near:
	cmp	eax, ecx
	jbe	.next
	mov	ecx, eax
.next:
	add	esi, RANGE_SIZE
	jmp	.range
.all:
	cmp	ecx, edx
	jne	boot_ram_from
	ret
.unknown:
	or	ecx, -1
	ret

; Says that RAM up to EAX is needed, and that there is some up to ECX, in MB that are begun; stops.
boot_say_room:
	dec	ecx
	shr	ecx, MB_SHIFT
	inc	ecx
	dec	eax
	shr	eax, KEPT_SHIFT
	inc	eax
	shr	eax, MB_SHIFT - KEPT_SHIFT
	inc	eax
	cmp	eax, ecx
	ja	.counted
	lea	eax, [ecx + 1]
.counted:
	push	ecx
	push	eax
	lea	esi, [ebp + text_needs]
	call	boot_say
	pop	eax
	call	say_number
	lea	esi, [ebp + text_has]
	call	boot_say
	pop	eax
	call	say_number
	lea	esi, [ebp + text_end]
	call	boot_say
	jmp	boot_halt

; Writes EAX in decimal.
say_number:
	mov	ecx, 10
	lea	esi, [ebp + digits_end]
.digit:
	xor	edx, edx
	div	ecx
	add	dl, '0'
	dec	esi
	mov	[esi], dl
	test	eax, eax
	jnz	.digit
	jmp	boot_say

text_needs:	db 13, 10, "Linuxless needs ", 0
text_has:	db " MB, has ", 0
text_end:	db " MB of RAM", 13, 10, 0
		times 10 db 0
digits_end:	db 0

align 4, db 0
map:		dd 0
map_end:	dd 0
