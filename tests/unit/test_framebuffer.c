/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/console/framebuffer.c kernel/console/console_screen.c kernel/console/screen.c */
/* SOURCES: kernel/console/font.c */
/*
 * The framebuffer's drawing, into memory that is exactly as large as the picture, at each depth
 * and both scales; and descriptions from a loader that lies.
 */
#include <stdint.h>
#include <stdlib.h>

#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/console/console.h"
#include "kernel/console/console_device.h"
#include "kernel/console/font.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/paging.h"
#include "tests/unit/check.h"

struct boot_info boot_info;

static struct console_device *opened;
static unsigned complaints;
static uint64_t mapped_base, mapped_length;

int
console_add_device(struct console_device *device)
{
	opened = device;
	return 0;
}

bool
boot_info_has_ram(uint64_t base, uint64_t length)
{
	return base < 0x1000 && length;
}

int
paging_map_device(uint64_t base, uint64_t length, unsigned cache)
{
	CHECK_EQ(cache, PAGING_WC);
	mapped_base = base;
	mapped_length = length;
	return 0;
}

void
log_message(enum log_level level, const char *format, ...)
{
	(void)format;
	complaints += level <= LOG_WARNING;
}

static struct boot_framebuffer
description(void *pixels, uint32_t width, uint32_t height, uint8_t depth)
{
	bool small = depth == 16;

	return (struct boot_framebuffer){
		.present = true,
		.address = (uintptr_t)pixels,
		.pitch = width * (depth / 8),
		.width = width,
		.height = height,
		.bits_per_pixel = depth,
		.red_shift = small ? 11 : 16,
		.red_bits = small ? 5 : 8,
		.green_shift = small ? 5 : 8,
		.green_bits = small ? 6 : 8,
		.blue_shift = 0,
		.blue_bits = small ? 5 : 8,
	};
}

static uint32_t
pixel(const struct boot_framebuffer *fb, unsigned x, unsigned y)
{
	uint32_t value = 0;

	memcpy(&value,
	       (void *)(fb->address + (uint64_t)y * fb->pitch + x * (fb->bits_per_pixel / 8)),
	       fb->bits_per_pixel / 8);
	return value;
}

/* Whether a cell shows a character, in `grey`. */
static bool
cell_is(const struct boot_framebuffer *fb, unsigned scale, unsigned column, unsigned row,
	char character, uint32_t grey)
{
	for (unsigned y = 0; y < FONT_HEIGHT * scale; y++) {
		for (unsigned x = 0; x < FONT_WIDTH * scale; x++) {
			bool set = font_row(character, y / scale) & 0x80 >> x / scale;

			if (pixel(fb, column * FONT_WIDTH * scale + x,
				  row * FONT_HEIGHT * scale + y) != (set ? grey : 0))
				return false;
		}
	}
	return true;
}

static void
test_drawing(uint32_t width, uint32_t height, uint8_t depth, unsigned scale, uint32_t grey)
{
	struct boot_framebuffer *fb = &boot_info.framebuffer;
	size_t length = (size_t)width * height * (depth / 8);
	uint8_t *pixels = malloc(length);
	unsigned columns, rows;

	memset(pixels, 0x5a, length);
	*fb = description(pixels, width, height, depth);
	if (!CHECK_EQ(console_framebuffer_open(), 0))
		return;
	CHECK_EQ(mapped_base, fb->address);
	CHECK_EQ(mapped_length, length);
	console_size(&columns, &rows);
	CHECK_EQ(columns, width / (FONT_WIDTH * scale));
	CHECK_EQ(rows, height / (FONT_HEIGHT * scale));

	CHECK_EQ(opened->put(opened, "Ab\n", 3), 3);
	for (unsigned i = 0; i < columns; i++)
		opened->put(opened, "~", 1);
	for (unsigned i = 2; i < rows; i++)
		opened->put(opened, "\r\n", 2); /* the cursor ends in the last row */
	opened->flush(opened);
	CHECK(cell_is(fb, scale, 0, 0, 'A', grey));
	CHECK(cell_is(fb, scale, 1, 0, 'b', grey));
	CHECK(cell_is(fb, scale, 2, 0, ' ', grey));
	CHECK(cell_is(fb, scale, columns - 1, 1, '~', grey));
	CHECK_EQ(pixel(fb, 0, rows * FONT_HEIGHT * scale - 1), grey); /* the cursor's mark */
	opened->put(opened, "\nz", 2);
	opened->flush(opened);
	CHECK(cell_is(fb, scale, 0, rows - 1, 'z', grey));
	CHECK(cell_is(fb, scale, 0, 0, '~', grey));
	free(pixels);
}

static void
test_lies(void)
{
	static uint32_t pixels[64 * 64];
	const struct boot_framebuffer sound = description(pixels, 64, 64, 32);
	struct boot_framebuffer *fb = &boot_info.framebuffer;
	unsigned refused = 0;

#define REFUSED(field, value)                                                                      \
	do {                                                                                       \
		*fb = sound;                                                                       \
		fb->field = (value);                                                               \
		CHECK_EQ(console_framebuffer_open(), -ENODEV);                                     \
		refused++;                                                                         \
	} while (0)

	complaints = 0;
	REFUSED(bits_per_pixel, 8);
	REFUSED(bits_per_pixel, 15);
	REFUSED(bits_per_pixel, 64);
	REFUSED(width, 0);
	REFUSED(width, UINT32_MAX);
	REFUSED(height, 15);
	REFUSED(height, UINT32_MAX);
	REFUSED(pitch, 255);
	REFUSED(pitch, 0);
	REFUSED(red_shift, 25);
	REFUSED(red_bits, 0);
	REFUSED(green_bits, 17);
	REFUSED(blue_bits, 255);
	REFUSED(address, UINT64_MAX - 100);
	REFUSED(address, 0xfff);
	CHECK_EQ(complaints, refused);

	REFUSED(present, false); /* no lie, so not a word */
	REFUSED(text, true);
	CHECK_EQ(complaints, refused - 2);
	*fb = sound;
	CHECK_EQ(console_framebuffer_open(), 0);
}

int
main(void)
{
	test_drawing(200, 100, 32, 1, 0xaaaaaa);
	test_drawing(203, 101, 24, 1, 0xaaaaaa);
	test_drawing(160, 64, 16, 1, 0xad55);
	test_drawing(2560, 1440, 32, 2, 0xaaaaaa);
	test_drawing(2560, 128, 24, 2, 0xaaaaaa);
	test_lies();
	return check_end();
}
