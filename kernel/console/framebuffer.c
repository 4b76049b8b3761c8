/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The framebuffer that the boot loader set up (boot_info), drawn by characters. It is
 * mapped write-combining and only ever written. A row of a glyph is put together in a buffer
 * and copied, so that pixels of any size cost one burst a row.
 *
 * The loader's description is checked: the picture must lie outside RAM, and its lines and
 * colours must fit its pixels.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/console/console_device.h"
#include "kernel/console/console_screen.h"
#include "kernel/console/font.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/paging.h"

#define SIZE_MAX_PIXELS 16384
#define SCALE_MAX 2
#define SCALE_FROM_WIDTH 2560 /* characters are drawn double from this width on */
#define GREY_LEVEL 0xaa	      /* of 0xff, the text's colour */
#define CURSOR_ROW 14	      /* glyph rows from here on are the cursor's mark */
#define PIXEL_BYTES_MAX 4

static struct {
	uint64_t address;
	uint32_t pitch;
	unsigned pixel_bytes;
	unsigned scale;
	uint32_t grey;
	struct console_screen console;
} framebuffer;

/* `level` of 0xff in a colour field. */
static uint32_t
colour_field(uint8_t level, uint8_t shift, uint8_t bits)
{
	uint32_t field = bits >= 8 ? (uint32_t)level << (bits - 8) : (uint32_t)level >> (8 - bits);

	return field << shift;
}

static uint32_t
grey_of(const struct boot_framebuffer *given)
{
	return colour_field(GREY_LEVEL, given->red_shift, given->red_bits) |
	       colour_field(GREY_LEVEL, given->green_shift, given->green_bits) |
	       colour_field(GREY_LEVEL, given->blue_shift, given->blue_bits);
}

/* Writes a row of a glyph, as many lines of pixels as the scale says. */
static void
draw_glyph_row(uint64_t address, uint8_t bits)
{
	uint8_t line[(FONT_WIDTH * SCALE_MAX + 1) * PIXEL_BYTES_MAX];
	uint8_t *pixel = line;

	for (unsigned mask = 1u << (FONT_WIDTH - 1); mask; mask >>= 1) {
		uint32_t colour = bits & mask ? framebuffer.grey : 0;

		for (unsigned i = 0; i < framebuffer.scale; i++) {
			memcpy(pixel, &colour,
			       sizeof(colour)); /* the next one overwrites the rest */
			pixel += framebuffer.pixel_bytes;
		}
	}
	for (unsigned i = 0; i < framebuffer.scale; i++)
		memcpy((void *)(address + i * framebuffer.pitch), line, (size_t)(pixel - line));
}

/* Draws the rows of a character from `first` on, with the pixels of `mark` set in each. */
static void
draw_rows(unsigned column, unsigned row, char character, unsigned first, uint8_t mark)
{
	unsigned scale = framebuffer.scale;
	uint64_t line = (uint64_t)framebuffer.pitch * scale;
	uint64_t address = framebuffer.address + row * FONT_HEIGHT * line +
			   column * FONT_WIDTH * scale * framebuffer.pixel_bytes;

	for (unsigned i = first; i < FONT_HEIGHT; i++)
		draw_glyph_row(address + i * line, font_row(character, i) | mark);
}

static void
framebuffer_draw(unsigned column, unsigned row, char character)
{
	draw_rows(column, row, character, 0, 0);
}

static void
framebuffer_draw_cursor(unsigned column, unsigned row)
{
	draw_rows(column, row, framebuffer.console.screen.cells[row][column], CURSOR_ROW, 0xff);
}

static bool
colour_fits(const struct boot_framebuffer *given, uint8_t shift, uint8_t bits)
{
	return bits >= 1 && bits <= 16 && shift + bits <= given->bits_per_pixel;
}

/* Returns what is wrong with the loader's description, NULL when nothing is. */
static const char *
fault_in(const struct boot_framebuffer *given)
{
	uint64_t length = (uint64_t)given->pitch * given->height;

	if (given->bits_per_pixel != 16 && given->bits_per_pixel != 24 &&
	    given->bits_per_pixel != 32)
		return "neither 16, 24 nor 32 bits a pixel";
	if (given->width < FONT_WIDTH || given->width > SIZE_MAX_PIXELS ||
	    given->height < FONT_HEIGHT || given->height > SIZE_MAX_PIXELS)
		return "no usable size";
	if (given->pitch < given->width * (given->bits_per_pixel / 8))
		return "lines that overlap";
	if (!colour_fits(given, given->red_shift, given->red_bits) ||
	    !colour_fits(given, given->green_shift, given->green_bits) ||
	    !colour_fits(given, given->blue_shift, given->blue_bits))
		return "colours outside the pixel";
	if (given->address + length < given->address ||
	    boot_info_has_ram(given->address, length))
		return "an address in RAM";
	return NULL;
}

int
console_framebuffer_open(void)
{
	const struct boot_framebuffer *given = &boot_info.framebuffer;
	const char *fault;
	int error;

	if (!given->present || given->text)
		return -ENODEV;
	fault = fault_in(given);
	if (fault) {
		log_warning("console: framebuffer at %#lx with %s: not used", given->address,
			    fault);
		return -ENODEV;
	}
	error = paging_map_device(given->address, (uint64_t)given->pitch * given->height,
				  PAGING_WC);
	if (error)
		return error;
	memset((void *)given->address, 0, (size_t)given->pitch * given->height);
	framebuffer.address = given->address;
	framebuffer.pitch = given->pitch;
	framebuffer.pixel_bytes = given->bits_per_pixel / 8;
	framebuffer.scale = given->width >= SCALE_FROM_WIDTH ? SCALE_MAX : 1;
	framebuffer.grey = grey_of(given);
	framebuffer.console.screen.draw = framebuffer_draw;
	framebuffer.console.screen.draw_cursor = framebuffer_draw_cursor;
	return console_screen_open(&framebuffer.console, "fb",
				   given->width / (FONT_WIDTH * framebuffer.scale),
				   given->height / (FONT_HEIGHT * framebuffer.scale));
}
