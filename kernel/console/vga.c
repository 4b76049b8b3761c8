/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The VGA's colour text mode, as firmware leaves it: the screen of machines whose boot loader
 * gave no framebuffer. Whether there is such a screen is asked of the adapter, not believed: the
 * CRT controller must hold what is written to it, and the graphics controller must say text mode
 * at 0xB8000. IBM VGA, as described in Intel's Open Source PRM vol. 15 (VGA registers).
 */
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/console/console_device.h"
#include "kernel/console/console_screen.h"
#include "kernel/console/screen.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/paging.h"

/* clang-format off */
#define CRT_INDEX_PORT 0x3d4
#define CRT_DATA_PORT 0x3d5
#define   CRT_CURSOR_HIGH 0x0e
#define   CRT_CURSOR_LOW 0x0f
#define GRAPHICS_INDEX_PORT 0x3ce
#define GRAPHICS_DATA_PORT 0x3cf
#define   GRAPHICS_MISCELLANEOUS 0x06
#define     MISCELLANEOUS_GRAPHICS (1u << 0)
#define     MISCELLANEOUS_MAP_MASK (3u << 2)
#define     MISCELLANEOUS_MAP_B8000 (3u << 2)
/* clang-format on */

#define TEXT_WINDOW 0xb8000
#define TEXT_WINDOW_SIZE 0x8000
#define TEXT_COLUMNS 80
#define TEXT_ROWS 25
#define CELL_SIZE 2 /* character, attribute */
#define ATTRIBUTE_GREY_ON_BLACK 0x0700

static struct {
	unsigned columns, rows;
} vga;
static struct console_screen vga_screen;

static uint8_t
crt_read(uint8_t index)
{
	io_out8(CRT_INDEX_PORT, index);
	return io_in8(CRT_DATA_PORT);
}

static void
crt_write(uint8_t index, uint8_t value)
{
	io_out8(CRT_INDEX_PORT, index);
	io_out8(CRT_DATA_PORT, value);
}

static bool
crt_holds(uint8_t value)
{
	crt_write(CRT_CURSOR_LOW, value);
	return crt_read(CRT_CURSOR_LOW) == value;
}

static bool
vga_is_in_text_mode(void)
{
	uint8_t mode;

	if (!crt_holds(0x55) || !crt_holds(0x2a))
		return false;
	io_out8(GRAPHICS_INDEX_PORT, GRAPHICS_MISCELLANEOUS);
	mode = io_in8(GRAPHICS_DATA_PORT);
	return !(mode & MISCELLANEOUS_GRAPHICS) &&
	       (mode & MISCELLANEOUS_MAP_MASK) == MISCELLANEOUS_MAP_B8000;
}

static void
vga_draw(unsigned column, unsigned row, char character)
{
	mmio_write16(TEXT_WINDOW + (row * vga.columns + column) * CELL_SIZE,
		     ATTRIBUTE_GREY_ON_BLACK | (uint8_t)character);
}

static void
vga_draw_cursor(unsigned column, unsigned row)
{
	unsigned position = row * vga.columns + column;

	crt_write(CRT_CURSOR_HIGH, (uint8_t)(position >> 8));
	crt_write(CRT_CURSOR_LOW, (uint8_t)position);
}

/* The loader may have set another text mode than 80x25; it must fit into the adapter's window. */
static void
vga_choose_size(const struct boot_framebuffer *given)
{
	vga.columns = TEXT_COLUMNS;
	vga.rows = TEXT_ROWS;
	if (given->present && given->width && given->height &&
	    (uint64_t)given->width * given->height * CELL_SIZE <= TEXT_WINDOW_SIZE &&
	    given->width <= SCREEN_COLUMNS_MAX && given->height <= SCREEN_ROWS_MAX) {
		vga.columns = given->width;
		vga.rows = given->height;
	}
}

static void
vga_blank(void)
{
	for (unsigned row = 0; row < vga.rows; row++)
		for (unsigned column = 0; column < vga.columns; column++)
			vga_draw(column, row, ' ');
}

int
console_vga_open(void)
{
	const struct boot_framebuffer *given = &boot_info.framebuffer;
	int error = 0;

	if ((given->present && !given->text) || !vga_is_in_text_mode())
		return -ENODEV;
	if (paging_is_loaded())
		error = paging_map(TEXT_WINDOW, TEXT_WINDOW_SIZE, PAGING_WRITE | PAGING_WC);
	if (error)
		return error;
	vga_choose_size(given);
	vga_blank();
	vga_screen.screen.draw = vga_draw;
	vga_screen.screen.draw_cursor = vga_draw_cursor;
	return console_screen_open(&vga_screen, "vga", vga.columns, vga.rows);
}
