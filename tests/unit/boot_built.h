/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The same machine as each boot protocol describes it, built in a loader's memory at FAKE_BASE.
 */
#ifndef TESTS_UNIT_BOOT_BUILT_H
#define TESTS_UNIT_BOOT_BUILT_H

#include "tests/unit/boot_fake.h"

#define ROOM 16384

static uint8_t built[ROOM];
static size_t used;

static inline uint32_t
address_now(void)
{
	return (uint32_t)(FAKE_BASE + used);
}

static inline void
put(const void *bytes, size_t size)
{
	memcpy(built + used, bytes, size);
	used += size;
}

static inline void
put32(uint32_t value)
{
	put(&value, sizeof(value));
}

static inline void
put64(uint64_t value)
{
	put(&value, sizeof(value));
}

static inline void
put_string(const char *string)
{
	put(string, strlen(string) + 1);
}

static inline void
at32(size_t offset, uint32_t value)
{
	memcpy(built + offset, &value, sizeof(value));
}

static inline void
start(void)
{
	memset(built, 0, sizeof(built));
	used = 0;
}

static const struct {
	uint64_t base, length;
	uint32_t type;
} map[] = {
	{0x100000000, 0x40000000, 1}, /* out of order */
	{0, 0x9fc00, 1},
	{0x9fc00, 0x400, 2},
	{0x100000, 0x7fe0000, 1},
	{0x80e0000, 0x10000, 3},
	{0, 0, 0x14}, /* empty */
};
#define MAP_COUNT (sizeof(map) / sizeof(map[0]))
#define MAP_COUNT_DUE 5

#define COMMAND_LINE "app.elf -l 0-3 -- -p 3"
#define MODULE_STRING "rules.cfg  one two"

static inline uint32_t
build_multiboot1(void)
{
	size_t modules;

	start();
	used = 116;
	at32(0, 1u << 2 | 1u << 3 | 1u << 6 | 1u << 9 | 1u << 12);
	at32(16, address_now());
	put_string(COMMAND_LINE);
	at32(64, address_now());
	put_string("a loader");
	at32(20, 2);
	at32(24, address_now());
	modules = used;
	used += 32;
	at32(modules, 0x2000000);
	at32(modules + 4, 0x2000123);
	at32(modules + 8, address_now());
	put_string("there/a.cfg " MODULE_STRING);
	at32(modules + 16, 0x3000000);
	at32(modules + 20, 0x3000000);
	at32(modules + 24, address_now());
	put_string("empty");
	at32(48, address_now());
	for (unsigned i = 0; i < MAP_COUNT; i++) {
		put32(i == 1 ? 24 : 20); /* entries may be longer than we know */
		put64(map[i].base);
		put64(map[i].length);
		put32(map[i].type);
		if (i == 1)
			put32(0);
	}
	at32(44, address_now() - FAKE_BASE - (uint32_t)(built[48] | built[49] << 8));
	at32(88, 0xfd000000);
	at32(96, 4096);
	at32(100, 1024);
	at32(104, 768);
	memcpy(built + 108, (uint8_t[]){32, 1, 16, 8, 8, 8, 0, 8}, 8);
	return MULTIBOOT1_LOADER_MAGIC;
}

/* Begins a tag of multiboot2; end_tag() fills its size in. */
static inline size_t
begin_tag(uint32_t type)
{
	size_t tag = used;

	put32(type);
	put32(0);
	return tag;
}

static inline void
end_tag(size_t tag)
{
	at32(tag + 4, (uint32_t)(used - tag));
	used = (used + 7) & ~(size_t)7;
}

static inline void
put_map_tag(void)
{
	size_t tag = begin_tag(6);

	put32(24);
	put32(0);
	for (unsigned i = 0; i < MAP_COUNT; i++) {
		put64(map[i].base);
		put64(map[i].length);
		put64(map[i].type);
	}
	end_tag(tag);
}

static inline uint32_t
build_multiboot2(void)
{
	size_t tag;

	start();
	used = 8;
	tag = begin_tag(1);
	put_string(COMMAND_LINE);
	end_tag(tag);
	tag = begin_tag(2);
	put_string("a loader");
	end_tag(tag);
	tag = begin_tag(3);
	put32(0x2000000);
	put32(0x2000123);
	put_string(MODULE_STRING);
	end_tag(tag);
	tag = begin_tag(3);
	put32(0x3000000);
	put32(0x3000000);
	put_string("empty");
	end_tag(tag);
	tag = begin_tag(4);
	put32(1);
	put32(1);
	end_tag(tag);
	put_map_tag();
	tag = begin_tag(8);
	put64(0xfd000000);
	put32(4096);
	put32(1024);
	put32(768);
	put((uint8_t[]){32, 1, 0, 0, 16, 8, 8, 8, 0, 8}, 10);
	end_tag(tag);
	tag = begin_tag(15);
	put("RSD PTR 2.0.........................", 36);
	end_tag(tag);
	tag = begin_tag(14);
	put("RSD PTR 1.0.........", 20);
	end_tag(tag);
	end_tag(begin_tag(0));
	at32(0, (uint32_t)used);
	return MULTIBOOT2_LOADER_MAGIC;
}

static inline uint32_t
build_pvh(void)
{
	size_t modules;

	start();
	used = 56;
	at32(0, PVH_LOADER_MAGIC);
	at32(4, 1);
	at32(12, 2);
	at32(24, address_now());
	put_string(COMMAND_LINE);
	at32(32, 0xf5a00);
	at32(16, address_now());
	modules = used;
	used += 64;
	at32(modules, 0x2000000);
	at32(modules + 8, 0x123);
	at32(modules + 16, address_now());
	put_string(MODULE_STRING);
	at32(modules + 32, 0x3000000);
	at32(40, address_now());
	at32(48, MAP_COUNT);
	for (unsigned i = 0; i < MAP_COUNT; i++) {
		put64(map[i].base);
		put64(map[i].length);
		put64(map[i].type);
	}
	return PVH_LOADER_MAGIC;
}

#endif
