; SPDX-License-Identifier: BSD-3-Clause
;
; What is said before there is a kernel, when there will be none: at COM1 and on the screen, if that
; is in text mode, which is not known yet: elsewhere what is written to 0xB8000 is not seen. The
; lines take the screen's first rows, over what is there. As in room.asm, EBP is what is to be added
; to an address as it is linked.

bits 32

global boot_say

COM1			equ 0x3f8
COM_INTERRUPTS		equ COM1 + 1
COM_LINE_CONTROL	equ COM1 + 3
  COM_8_BITS		equ 3
  COM_DIVISOR_ACCESS	equ 1 << 7
COM_LINE_STATUS		equ COM1 + 5
  COM_TX_EMPTY		equ 1 << 5
COM_DIVISOR		equ 1		; 115200 baud
COM_TRIES		equ 100000	; then the port is taken to be absent

SCREEN			equ 0xb8000
SCREEN_ROW		equ 80 * 2	; bytes: a cell has a character and its attribute
SCREEN_ROWS		equ 25
ATTRIBUTE		equ 0x4f	; white on red

section .text.entry

; Writes the NUL-terminated string at ESI. Clobbers EAX, ECX, EDX and ESI.
boot_say:
	push	edi
	xor	eax, eax
	mov	dx, COM_INTERRUPTS
	out	dx, al
	mov	al, COM_DIVISOR_ACCESS | COM_8_BITS
	mov	dx, COM_LINE_CONTROL
	out	dx, al
	mov	al, COM_DIVISOR
	mov	dx, COM1
	out	dx, al
	xor	eax, eax
	inc	dx
	out	dx, al
	mov	al, COM_8_BITS
	mov	dx, COM_LINE_CONTROL
	out	dx, al
.byte:
	lodsb
	test	al, al
	jz	.done
	call	say_serial
	call	say_screen
	jmp	.byte
.done:
	pop	edi
	ret

; Writes AL to COM1; it is kept.
say_serial:
	push	eax
	mov	dx, COM_LINE_STATUS
	mov	ecx, COM_TRIES
.wait:
	in	al, dx
	test	al, COM_TX_EMPTY
	loopz	.wait
	pop	eax
	mov	dx, COM1
	out	dx, al
	ret

; Writes AL to the screen. LF blanks the rest of a row that has something, and begins another.
say_screen:
	mov	edi, [ebp + screen_at]
	cmp	edi, SCREEN + SCREEN_ROWS * SCREEN_ROW
	jae	.kept
	cmp	al, 13
	je	.kept
	mov	ah, ATTRIBUTE
	cmp	al, 10
	je	.row
	stosw
	jmp	.moved
.row:
	mov	al, ' '
.blank:
	mov	ecx, edi
	sub	ecx, SCREEN
	push	eax
	mov	eax, ecx
	xor	edx, edx
	mov	ecx, SCREEN_ROW
	div	ecx
	pop	eax
	test	edx, edx
	jz	.moved
	stosw
	jmp	.blank
.moved:
	mov	[ebp + screen_at], edi
.kept:
	ret

align 4, db 0
screen_at:	dd SCREEN
