/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The loader's framebuffer, checked: the console draws by these numbers.
 */
#include "kernel/base/compiler.h"
#include "kernel/loader/boot_info_internal.h"

#define BITS_PER_PIXEL_MAX 32
#define COLOUR_BITS_MAX 8
#define CELL_BYTES 2 /* of text: character and attribute */

/* Whether each colour has 1 to 8 bits, all within a pixel. */
static bool
colours_fit(const struct boot_framebuffer_given *given)
{
	for (unsigned i = 0; i < ARRAY_SIZE(given->colours); i += 2) {
		unsigned shift = given->colours[i], bits = given->colours[i + 1];

		if (bits == 0 || bits > COLOUR_BITS_MAX || shift + bits > given->bits_per_pixel)
			return false;
	}
	return true;
}

static bool
picture_fits(const struct boot_framebuffer_given *given)
{
	uint64_t pixel =
		given->type == FRAMEBUFFER_TEXT ? CELL_BYTES : (given->bits_per_pixel + 7u) / 8;
	uint64_t end;

	return given->address != 0 && given->width != 0 && given->height != 0 &&
	       given->pitch >= given->width * pixel &&
	       !__builtin_add_overflow(given->address, (uint64_t)given->pitch * given->height,
				       &end);
}

void
boot_info_set_framebuffer(struct boot_info *info, const struct boot_framebuffer_given *given)
{
	bool text = given->type == FRAMEBUFFER_TEXT;

	if (given->type != FRAMEBUFFER_RGB && !text)
		return; /* indexed colours: the console has no use for them */
	if (!picture_fits(given)) {
		boot_info_warn(info, "a framebuffer without room for its picture");
		return;
	}
	if (!text && (given->bits_per_pixel > BITS_PER_PIXEL_MAX || !colours_fit(given))) {
		boot_info_warn(info, "a framebuffer with colours outside of its pixels");
		return;
	}
	info->framebuffer = (struct boot_framebuffer){
		.present = true,
		.text = text,
		.address = given->address,
		.pitch = given->pitch,
		.width = given->width,
		.height = given->height,
		.bits_per_pixel = given->bits_per_pixel,
		.red_shift = text ? 0 : given->colours[0],
		.red_bits = text ? 0 : given->colours[1],
		.green_shift = text ? 0 : given->colours[2],
		.green_bits = text ? 0 : given->colours[3],
		.blue_shift = text ? 0 : given->colours[4],
		.blue_bits = text ? 0 : given->colours[5],
	};
}
