/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Set 2 is turned into set 1 by the 8042's own table, so that one table of characters is enough.
 * IBM Personal System/2 Hardware Interface Technical Reference, Keyboards: scan code sets 1 and 2.
 */
#include "kernel/console/keymap.h"

#include "kernel/base/compiler.h"

#define CODE_EXTENDED 0xe0
#define CODE_PAUSE 0xe1
#define PAUSE_LENGTH_SET1 5 /* bytes that follow: 1D 45 E1 9D C5 */
#define PAUSE_LENGTH_SET2 7 /* 14 77 E1 F0 14 F0 77 */
#define CODE_RELEASED_SET1 0x80
#define CODE_RELEASED_SET2 0xf0

/* Keys by their code in set 1. */
enum key {
	KEY_CONTROL = 0x1d,
	KEY_SHIFT_LEFT = 0x2a,
	KEY_SLASH = 0x35,
	KEY_SHIFT_RIGHT = 0x36,
	KEY_CAPS_LOCK = 0x3a,
	KEY_ENTER = 0x1c,
};

/* The 8042's translation; 0x83 (F7) and 0x84 lie beyond it and make no character. */
static const uint8_t set1_of_set2[128] = {
	0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29,
	0x59, 0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a, 0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11,
	0x03, 0x5b, 0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c, 0x68, 0x39, 0x2f, 0x21, 0x14,
	0x13, 0x06, 0x5d, 0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e, 0x6a, 0x72, 0x32, 0x24,
	0x16, 0x08, 0x09, 0x5f, 0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60, 0x6c, 0x34, 0x35,
	0x26, 0x27, 0x19, 0x0c, 0x61, 0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e, 0x3a, 0x36,
	0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76, 0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b, 0x7c,
	0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f, 0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45,
	0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54,
};

/* By set 1, keypad with its digits; '\0': no character. */
static const char plain[] = "\0\0331234567890-=\177\t"
			    "qwertyuiop[]\r\0as"
			    "dfghjkl;'`\0\\zxcv"
			    "bnm,./\0*\0 \0\0\0\0\0\0"
			    "\0\0\0\0\0\0\000789-456+1"
			    "230.";
static const char shifted[] = "\0\033!@#$%^&*()_+\177\t"
			      "QWERTYUIOP{}\r\0AS"
			      "DFGHJKL:\"~\0|ZXCV"
			      "BNM<>?\0*\0 \0\0\0\0\0\0"
			      "\0\0\0\0\0\0\000789-456+1"
			      "230.";
_Static_assert(sizeof(plain) == 0x54 + 1 && sizeof(shifted) == sizeof(plain),
	       "one character a key");

static const struct {
	uint8_t key;
	char sequence[KEYMAP_BYTES_MAX + 1];
} extended_keys[] = {
	{0x47, "\033[H"},  {0x48, "\033[A"},  {0x49, "\033[5~"}, {0x4b, "\033[D"},
	{0x4d, "\033[C"},  {0x4f, "\033[F"},  {0x50, "\033[B"},	 {0x51, "\033[6~"},
	{0x52, "\033[2~"}, {0x53, "\033[3~"}, {KEY_ENTER, "\r"}, {KEY_SLASH, "/"},
};

static unsigned
extended_key(uint8_t key, char bytes[KEYMAP_BYTES_MAX])
{
	for (unsigned i = 0; i < ARRAY_SIZE(extended_keys); i++) {
		const char *sequence = extended_keys[i].sequence;
		unsigned length = 0;

		if (extended_keys[i].key != key)
			continue;
		for (; sequence[length]; length++)
			bytes[length] = sequence[length];
		return length;
	}
	return 0;
}

static unsigned
character_key(const struct keymap *keymap, uint8_t key, char bytes[KEYMAP_BYTES_MAX])
{
	bool shift = keymap->shift_left || keymap->shift_right;
	char character;

	if (key >= sizeof(plain) - 1)
		return 0;
	if (keymap->caps_lock && plain[key] >= 'a' && plain[key] <= 'z')
		shift = !shift;
	character = shift ? shifted[key] : plain[key];
	if (!character)
		return 0;
	if ((keymap->control_left || keymap->control_right) && character >= '@' && character < 0x7f)
		character &= 0x1f;
	bytes[0] = character;
	return 1;
}

/* Follows the modifiers; returns whether the key is one. */
static bool
modifier_key(struct keymap *keymap, uint8_t key, bool extended, bool pressed)
{
	if (key == KEY_CONTROL && extended)
		keymap->control_right = pressed;
	else if (key == KEY_CONTROL)
		keymap->control_left = pressed;
	else if (key == KEY_SHIFT_LEFT && !extended) /* E0 2A is none: it wraps cursor keys */
		keymap->shift_left = pressed;
	else if (key == KEY_SHIFT_RIGHT && !extended)
		keymap->shift_right = pressed;
	else if (key == KEY_CAPS_LOCK)
		keymap->caps_lock ^= pressed;
	else
		return false;
	return true;
}

static unsigned
key_event(struct keymap *keymap, uint8_t key, bool pressed, char bytes[KEYMAP_BYTES_MAX])
{
	bool extended = keymap->extended;

	keymap->extended = false;
	keymap->released = false;
	if (modifier_key(keymap, key, extended, pressed) || !pressed)
		return 0;
	return extended ? extended_key(key, bytes) : character_key(keymap, key, bytes);
}

unsigned
keymap_input(struct keymap *keymap, uint8_t code, char bytes[KEYMAP_BYTES_MAX])
{
	if (keymap->skip) {
		keymap->skip--;
		return 0;
	}
	if (code == CODE_PAUSE) {
		keymap->skip = keymap->set2 ? PAUSE_LENGTH_SET2 : PAUSE_LENGTH_SET1;
		return 0;
	}
	if (code == CODE_EXTENDED) {
		keymap->extended = true;
		return 0;
	}
	if (!keymap->set2)
		return key_event(keymap, code & (uint8_t)~CODE_RELEASED_SET1,
				 !(code & CODE_RELEASED_SET1), bytes);
	if (code == CODE_RELEASED_SET2) {
		keymap->released = true;
		return 0;
	}
	return key_event(keymap, code < sizeof(set1_of_set2) ? set1_of_set2[code] : code,
			 !keymap->released, bytes);
}
