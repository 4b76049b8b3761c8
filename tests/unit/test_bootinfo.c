/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/loader/boot_info_add.c kernel/loader/boot_info_carried.c kernel/loader/words.c */
/* SOURCES: kernel/loader/boot_info.c kernel/loader/boot_info_memory.c */
/* SOURCES: kernel/loader/boot_info_framebuffer.c kernel/loader/multiboot1.c */
/* SOURCES: kernel/loader/multiboot2.c kernel/loader/pvh.c kernel/base/string.c */
/*
 * What all boot protocols share: memory ranges sorted and cut apart, framebuffers that are not
 * believed, more of everything than there is room for.
 */
#include <stdlib.h>

#include "tests/unit/boot_fake.h"
#include "tests/unit/boot_sound.h"
#include "tests/unit/check.h"

static void
sorted(const uint64_t (*ranges)[3], unsigned count)
{
	memset(&boot_info, 0, sizeof(boot_info));
	for (unsigned i = 0; i < count; i++)
		boot_info_add_memory(&boot_info, ranges[i][0], ranges[i][1],
				     (uint32_t)ranges[i][2]);
	boot_info_sort_memory(&boot_info);
}

static void
test_overlaps(void)
{
	static const uint64_t inside[][3] = {{0x1000, 0x9000, 1}, {0x4000, 0x1000, 2}};
	static const uint64_t across[][3] = {{0x5000, 0x5000, 2}, {0x1000, 0x5000, 1}};
	static const uint64_t joined[][3] = {{0x3000, 0x1000, 1}, {0x1000, 0x2000, 1}};
	static const uint64_t worst[][3] = {{0x1000, 0x1000, 2}, {0x1000, 0x1000, 5}};

	sorted(inside, 2);
	CHECK_EQ(boot_info.memory_count, 3);
	CHECK_EQ(boot_info.memory[0].length, 0x3000);
	CHECK_EQ(boot_info.memory[1].type, 2);
	CHECK_EQ(boot_info.memory[2].base, 0x5000);
	CHECK_EQ(boot_info.memory[2].length, 0x5000);

	sorted(across, 2);
	CHECK_EQ(boot_info.memory_count, 2);
	CHECK_EQ(boot_info.memory[0].length, 0x4000);
	CHECK_EQ(boot_info.memory[1].base, 0x5000);

	sorted(joined, 2);
	CHECK_EQ(boot_info.memory_count, 1);
	CHECK_EQ(boot_info.memory[0].length, 0x3000);

	sorted(worst, 2);
	CHECK_EQ(boot_info.memory_count, 1);
	CHECK_EQ(boot_info.memory[0].type, 5);
}

/* What touches RAM by a byte, what does not, and what goes to the end of all addresses and on. */
static void
test_has_ram(void)
{
	static const uint64_t map[][3] = {{0x10000, 0x10000, 1}, {0x40000, 0x10000, 2}};

	sorted(map, 2);
	CHECK(boot_info_has_ram(0x10000, 1));
	CHECK(boot_info_has_ram(0x1ffff, 1));
	CHECK(boot_info_has_ram(0xf000, 0x1001));
	CHECK(boot_info_has_ram(0x1000, 0x100000));
	CHECK(boot_info_has_ram(0x18000, UINT64_MAX));
	CHECK(boot_info_has_ram(0x1000, UINT64_MAX));
	CHECK(!boot_info_has_ram(0xf000, 0x1000));
	CHECK(!boot_info_has_ram(0x20000, 0x1000));
	CHECK(!boot_info_has_ram(0x40000, 0x1000));
	CHECK(!boot_info_has_ram(UINT64_MAX - 0xfff, 0x1000));
}

/* Random ranges, against an array with a type for each page. */
static void
test_overlaps_at_random(void)
{
	enum { PAGES = 64 };

	for (unsigned round = 0; round < 500; round++) {
		uint32_t types[PAGES] = {0};

		memset(&boot_info, 0, sizeof(boot_info));
		for (unsigned i = 0; i < 12; i++) {
			unsigned base = (unsigned)random() % PAGES;
			unsigned length = (unsigned)random() % (PAGES - base) + 1;
			uint32_t type = (uint32_t)random() % 3 + 1;

			boot_info_add_memory(&boot_info, base, length, type);
			for (unsigned page = base; page < base + length; page++)
				if (types[page] < 2 || (type > types[page] && type > 1))
					types[page] = type;
		}
		boot_info_sort_memory(&boot_info);
		check_sound();
		for (unsigned i = 0; i < boot_info.memory_count; i++)
			for (uint64_t page = 0; page < boot_info.memory[i].length; page++) {
				uint64_t at = boot_info.memory[i].base + page;

				CHECK_EQ(boot_info.memory[i].type, types[at]);
				types[at] = 0;
			}
		for (unsigned page = 0; page < PAGES; page++)
			CHECK_EQ(types[page], 0);
	}
}

static void
test_too_much(void)
{
	static char line[BOOT_COMMAND_LINE_SIZE + 10];

	memset(&boot_info, 0, sizeof(boot_info));
	for (unsigned i = 0; i < BOOT_MEMORY_RANGES_MAX + 3; i++)
		boot_info_add_memory(&boot_info, i * 0x2000ULL, 0x1000, 1);
	CHECK_EQ(boot_info.memory_count, BOOT_MEMORY_RANGES_MAX);
	CHECK_EQ(boot_info.warnings, 3);
	for (unsigned i = 0; i < BOOT_MODULES_MAX + 2; i++)
		boot_info_add_module(&boot_info, 0x1000, 0x2000, "m", 2);
	CHECK_EQ(boot_info.module_count, BOOT_MODULES_MAX);
	CHECK_EQ(boot_info.warnings, 5);
	memset(&boot_info, 0, sizeof(boot_info));
	boot_info_add_module(&boot_info, 0x2000, 0x1000, "m", 2);
	CHECK_EQ(boot_info.module_count, 0);
	CHECK_EQ(boot_info.warnings, 1);

	memset(line, 'x', sizeof(line));
	boot_info_set_command_line(&boot_info, line, sizeof(line));
	CHECK(boot_info.command_line_cut);
	CHECK_EQ(strlen(boot_info.command_line), BOOT_COMMAND_LINE_SIZE - 1);
	boot_info_set_command_line(&boot_info, line, 4096);
	CHECK(!boot_info.command_line_cut);
	CHECK_EQ(strlen(boot_info.command_line), 4096);
}

static void
test_framebuffers(void)
{
	static const struct boot_framebuffer_given good = {
		0xb8000000, 4096, 1024, 768, 32, FRAMEBUFFER_RGB, {16, 8, 8, 8, 0, 8}};
	struct boot_framebuffer_given given;

#define REFUSED(change)                                                                            \
	given = good;                                                                              \
	given.change;                                                                              \
	memset(&boot_info, 0, sizeof(boot_info));                                                  \
	boot_info_set_framebuffer(&boot_info, &given);                                             \
	CHECK(!boot_info.framebuffer.present)

	REFUSED(address = 0);
	REFUSED(address = UINT64_MAX - 4096);
	REFUSED(pitch = 4095);
	REFUSED(width = 0);
	REFUSED(height = 0);
	REFUSED(bits_per_pixel = 255);
	REFUSED(bits_per_pixel = 16);
	REFUSED(type = FRAMEBUFFER_INDEXED);
	REFUSED(colours[0] = 25);
	REFUSED(colours[5] = 0);

	given = (struct boot_framebuffer_given){0xb8000, 160, 80, 25, 16, FRAMEBUFFER_TEXT, {0}};
	boot_info_set_framebuffer(&boot_info, &given);
	CHECK(boot_info.framebuffer.present && boot_info.framebuffer.text);
	CHECK_EQ(boot_info.framebuffer.width, 80);
}

int
main(void)
{
	test_overlaps();
	test_overlaps_at_random();
	test_has_ram();
	test_too_much();
	test_framebuffers();
	return check_end();
}
