/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/loader/boot_info_add.c kernel/loader/boot_info_carried.c kernel/loader/words.c */
/* SOURCES: kernel/loader/boot_info.c kernel/loader/boot_info_memory.c */
/* SOURCES: kernel/loader/boot_info_framebuffer.c kernel/loader/multiboot1.c */
/* SOURCES: kernel/loader/multiboot2.c kernel/loader/pvh.c kernel/base/string.c */
/*
 * The three boot protocols: each builds the same machine in a loader's memory, which must arrive
 * in the same form; then every byte of it is damaged in turn, and it is cut at every length.
 */
#include <setjmp.h>

#include "kernel/base/panic.h"
#include "tests/unit/boot_built.h"
#include "tests/unit/boot_sound.h"
#include "tests/unit/check.h"

static jmp_buf panicked;

/* Without a map the boot ends: the damaged ones may. */
void
panic(const char *format, ...)
{
	(void)format;
	longjmp(panicked, 1);
}

static void
collect(uint32_t magic)
{
	fake_set(built, used);
	boot_info_collect(magic, FAKE_BASE);
}

static void
check_memory(void)
{
	static const struct boot_memory_range due[MAP_COUNT_DUE] = {
		{0, 0x9fc00, 1},	 {0x9fc00, 0x400, 2},	       {0x100000, 0x7fe0000, 1},
		{0x80e0000, 0x10000, 3}, {0x100000000, 0x40000000, 1},
	};

	if (!CHECK_EQ(boot_info.memory_count, MAP_COUNT_DUE))
		return;
	for (unsigned i = 0; i < MAP_COUNT_DUE; i++) {
		CHECK_EQ(boot_info.memory[i].base, due[i].base);
		CHECK_EQ(boot_info.memory[i].length, due[i].length);
		CHECK_EQ(boot_info.memory[i].type, due[i].type);
	}
}

static void
check_whole(const char *protocol)
{
	check_sound();
	CHECK_STRING(boot_info.protocol, protocol);
	CHECK_STRING(boot_info.command_line, COMMAND_LINE);
	CHECK_EQ(boot_info.command_line_cut, false);
	CHECK_EQ(boot_info.warnings, 0);
	check_memory();
	if (!CHECK_EQ(boot_info.module_count, 2))
		return;
	CHECK_EQ(boot_info.modules[0].base, 0x2000000);
	CHECK_EQ(boot_info.modules[0].length, 0x123);
	CHECK_STRING(boot_info.modules[0].name, "rules.cfg");
	CHECK_STRING(boot_info.modules[0].arguments, "one two");
	CHECK_EQ(boot_info.modules[1].length, 0);
}

static void
check_framebuffer(void)
{
	const struct boot_framebuffer *screen = &boot_info.framebuffer;

	CHECK(screen->present && !screen->text);
	CHECK_EQ(screen->address, 0xfd000000);
	CHECK_EQ(screen->pitch, 4096);
	CHECK_EQ(screen->width, 1024);
	CHECK_EQ(screen->height, 768);
	CHECK_EQ(screen->bits_per_pixel, 32);
	CHECK_EQ(screen->red_shift, 16);
	CHECK_EQ(screen->green_shift, 8);
	CHECK_EQ(screen->blue_bits, 8);
}

static void
test_protocols(void)
{
	collect(build_multiboot1());
	check_whole("multiboot1");
	check_framebuffer();
	CHECK_STRING(boot_info.loader, "a loader");
	CHECK_STRING(boot_info.modules[1].name, "empty");
	CHECK(boot_info.strings_have_file);

	collect(build_multiboot2());
	check_whole("multiboot2");
	check_framebuffer();
	CHECK_STRING(boot_info.loader, "a loader");
	CHECK_EQ(boot_info.rsdp_length, BOOT_RSDP_SIZE);
	CHECK(memcmp(boot_info.rsdp, "RSD PTR 2.0", 11) == 0);
	CHECK(!boot_info.strings_have_file);

	collect(build_pvh());
	check_whole("PVH");
	CHECK_STRING(boot_info.modules[1].name, "initrd");
	CHECK_EQ(boot_info.rsdp_address, 0xf5a00);
	CHECK(!boot_info.framebuffer.present);
}

/* Each byte set to each of some values, and each length. A panic for want of a map is well. */
static void
test_damaged(uint32_t (*build)(void))
{
	static const uint8_t values[] = {0, 1, 7, 0x7f, 0x80, 0xff};
	uint32_t magic = build();
	size_t whole = used;

	for (volatile size_t at = 0; at < whole; at++) {
		for (volatile unsigned i = 0; i < sizeof(values); i++) {
			build();
			built[at] = values[i];
			if (!setjmp(panicked)) {
				collect(magic);
				check_sound();
			}
		}
	}
	for (volatile size_t length = 0; length < whole; length++) {
		build();
		used = length;
		if (!setjmp(panicked)) {
			collect(magic);
			check_sound();
		}
	}
}

/* A module's string: the file's name first but with GRUB, quotes as on a command line. */
static void
check_name(const char *loader, const char *string, const char *name, const char *arguments)
{
	size_t module;

	start();
	used = 116;
	at32(0, 1u << 0 | 1u << 3 | 1u << 9);
	at32(8, 31 * 1024);
	at32(64, address_now());
	put_string(loader);
	at32(20, 1);
	at32(24, address_now());
	module = used;
	used += 16;
	at32(module + 8, address_now());
	put_string(string);
	collect(MULTIBOOT1_LOADER_MAGIC);
	check_sound();
	if (CHECK_EQ(boot_info.module_count, 1)) {
		CHECK_STRING(boot_info.modules[0].name, name);
		CHECK_STRING(boot_info.modules[0].arguments, arguments);
	}
}

static void
test_module_names(void)
{
	check_name("qemu", "dir/a.cfg", "dir/a.cfg", "");
	check_name("qemu", "dir/a.cfg  ", "dir/a.cfg", "");
	check_name("qemu", "dir/a.cfg /etc/b.cfg  more  of it", "/etc/b.cfg", "more  of it");
	check_name("qemu", "dir/a.cfg '/two words' \"x", "/two words", "\"x");
	check_name("iPXE 1.0", "tftp://host/a%20b name", "name", "");
	check_name("GRUB 2.06", "/etc/b.cfg more", "/etc/b.cfg", "more");
	check_name("GRUB 2.06", "\"/it\\'s two\"", "/it's two", "");
	check_name("GRUB 2.06", "", "", "");
}

/* One module of that name and content. */
static void
build_carrier(const char *name, const void *bytes, size_t size)
{
	size_t module;

	start();
	used = 116;
	at32(0, 1u << 0 | 1u << 2 | 1u << 3 | 1u << 9);
	at32(8, 31 * 1024);
	at32(16, address_now());
	put_string("http://host/app.elf bare.lspci");
	at32(64, address_now());
	put_string("iPXE 1.21");
	at32(20, 1);
	at32(24, address_now());
	module = used;
	used += 16;
	at32(module + 8, address_now());
	put_string(name);
	at32(module, address_now());
	put(bytes, size);
	at32(module + 4, address_now());
}

static uint32_t
build_line(void)
{
	build_carrier("http://host/x bare.line", "-l 1\n", 5);
	return MULTIBOOT1_LOADER_MAGIC;
}

static uint32_t
build_files(void)
{
	build_carrier("http://host/x bare.files", "0 a\n0 /b c\n\n", 12);
	return MULTIBOOT1_LOADER_MAGIC;
}

static void
check_line(const char *text, size_t size, const char *due)
{
	build_carrier("http://host/line bare.line", text, size);
	collect(MULTIBOOT1_LOADER_MAGIC);
	check_sound();
	CHECK_STRING(boot_info.command_line, due);
	CHECK_EQ(boot_info.module_count, 0);
	CHECK_EQ(boot_info.warnings, size == 0);
}

static void
test_carried_line(void)
{
	static char longer[BOOT_COMMAND_LINE_SIZE];
	const char *given = "http://host/app.elf bare.lspci";

	check_line("-l 1 '' 'x\ny'\n", 14, "http://host/app.elf bare.lspci -l 1 '' 'x\ny'");
	check_line("x", 1, "http://host/app.elf bare.lspci x");
	check_line("x\0y", 3, "http://host/app.elf bare.lspci x");
	check_line("", 0, given);
	CHECK(!boot_info.command_line_cut);
	memset(longer, 'x', sizeof(longer));
	build_carrier("x bare.line", longer, 2000);
	collect(MULTIBOOT1_LOADER_MAGIC);
	CHECK_EQ(strlen(boot_info.command_line), strlen(given) + 1 + 2000);
	CHECK(!boot_info.command_line_cut);
	build_carrier("x bare.line", longer, sizeof(longer));
	collect(MULTIBOOT1_LOADER_MAGIC);
	CHECK_EQ(strlen(boot_info.command_line), BOOT_COMMAND_LINE_SIZE - 1);
	CHECK(boot_info.command_line_cut);
}

static void
collect_files(const char *list, size_t size)
{
	static char bytes[3 * 4096];

	memset(bytes, 0, sizeof(bytes));
	strcpy(bytes, list);
	build_carrier("http://host/files bare.files", bytes, size);
	collect(MULTIBOOT1_LOADER_MAGIC);
	check_sound();
}

static void
test_carried_files(void)
{
	static const char *const wrong[] = {"", "1 a", "1 a\n", "x a\n\n", "1\n\n", "1 \n\n",
					    " a\n\n", "4097 a\n\n", "99999999999999999999999 a\n\n",
					    "18446744073709551615 a\n\n"};
	uint64_t first;

	collect_files("5 /etc/a b\n0 c\n4096 d\n\n", 3 * 4096);
	CHECK_EQ(boot_info.warnings, 0);
	if (!CHECK_EQ(boot_info.module_count, 3))
		return;
	first = boot_info.modules[0].base;
	CHECK_EQ(boot_info.modules[0].length, 5);
	CHECK_STRING(boot_info.modules[0].name, "/etc/a b");
	CHECK_STRING(boot_info.modules[0].arguments, "");
	CHECK_STRING(boot_info.modules[1].name, "c");
	CHECK_EQ(boot_info.modules[1].length, 0);
	CHECK_EQ(boot_info.modules[2].base, first + 4096);
	CHECK_EQ(boot_info.modules[2].length, 4096);

	collect_files("5 a\n4097 b\n\n", 3 * 4096);
	CHECK_EQ(boot_info.module_count, 1);
	CHECK_EQ(boot_info.warnings, 1);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		collect_files(wrong[i], i < 3 ? strlen(wrong[i]) : 2 * 4096);
		CHECK_EQ(boot_info.module_count, 0);
		CHECK_EQ(boot_info.warnings, 1);
	}
}

static void
test_basic_memory(void)
{
	start();
	used = 88;
	at32(0, 1u << 0);
	at32(4, 639);
	at32(8, 31 * 1024);
	collect(MULTIBOOT1_LOADER_MAGIC);
	CHECK_EQ(boot_info.memory_count, 2);
	CHECK_EQ(boot_info.memory[1].base, 1 << 20);
	CHECK_EQ(boot_info.memory[1].length, 31 << 20);

	start();
	used = 8;
	size_t tag = begin_tag(4);
	put32(639);
	put32(31 * 1024);
	end_tag(tag);
	end_tag(begin_tag(0));
	at32(0, (uint32_t)used);
	collect(MULTIBOOT2_LOADER_MAGIC);
	CHECK_EQ(boot_info.memory_count, 2);
	CHECK_EQ(boot_info.memory[1].length, 31 << 20);
}

static void
test_no_memory(void)
{
	volatile bool ended = false;

	start();
	used = 88;
	if (setjmp(panicked))
		ended = true;
	else
		collect(MULTIBOOT1_LOADER_MAGIC);
	CHECK(ended);
	ended = false;
	if (setjmp(panicked))
		ended = true;
	else
		collect(0x12345678);
	CHECK(ended);
}

int
main(void)
{
	test_protocols();
	test_damaged(build_multiboot1);
	test_damaged(build_multiboot2);
	test_damaged(build_pvh);
	test_damaged(build_line);
	test_damaged(build_files);
	test_module_names();
	test_carried_line();
	test_carried_files();
	test_basic_memory();
	test_no_memory();
	return check_end();
}
