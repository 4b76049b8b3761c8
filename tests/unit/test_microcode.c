/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/base/processor_kind.c kernel/base/string.c kernel/base/format.c */
/* SOURCES: kernel/speed/microcode.c kernel/speed/microcode_intel.c kernel/speed/microcode_amd.c */
/*
 * Microcode from modules in the makers' forms, made up here, whole and damaged, on a CPU that takes
 * an update, refuses it, or is not meant.
 */
#include <stdlib.h>

#include "kernel/loader/boot_info.h"
#include "kernel/speed/microcode.h"
#include "tests/unit/log_captured.h"
#include "tests/unit/processor_fake.h"

#define SKYLAKE 0x50654
#define CASCADE 0x50657
#define ZEN2 0x830f10
#define PLATFORM_ID 0x17
#define TRIGGER 0x79
#define REVISION 0x8b
#define AMD_LOADER 0xc0010020
#define UNIT 1024

struct boot_info boot_info;

static uint8_t *file;
static size_t file_size;
static uint32_t own_revision; /* of the CPU */
static uint64_t loaded;	      /* the address that it was given; 0: nothing */
static bool refuses;

/* The revision is where Intel's CPUs have it after CPUID, and AMD's all the time. */
static void
show_revision(void)
{
	msr_put(REVISION, processor_vendor() == PROCESSOR_INTEL ? (uint64_t)own_revision << 32
								: own_revision);
}

static void
processor_written(uint32_t msr, uint64_t value)
{
	if (msr == TRIGGER || msr == AMD_LOADER) {
		loaded = value;
		if (!refuses && msr == TRIGGER)
			own_revision = ((uint32_t *)value)[-12 + 1];
		if (!refuses && msr == AMD_LOADER)
			own_revision = ((uint32_t *)value)[1];
	}
	show_revision();
}

static void
cpu(const char *maker, uint32_t signature, unsigned platform)
{
	processor_reset(maker, signature);
	msr_put(PLATFORM_ID, (uint64_t)platform << 50);
	msr_put(TRIGGER, 0);
	msr_put(AMD_LOADER, 0);
	own_revision = 0x10;
	loaded = 0;
	refuses = false;
	show_revision();
	log_forget();
	boot_info.module_count = 0;
}

static void
file_begin(void)
{
	free(file);
	file = aligned_alloc(16, 16 * UNIT);
	file_size = 0;
}

static void
put(uint32_t value)
{
	memcpy(file + file_size, &value, sizeof(value));
	file_size += sizeof(value);
}

/* Appends an update of Intel's for one processor, and in its table for another, 0: no table. */
static void
intel_add(uint32_t signature, uint32_t platforms, uint32_t revision, uint32_t another)
{
	uint32_t *start = (uint32_t *)(file + file_size), sum = 0;
	uint32_t data = another ? UNIT - 48 - 32 : UNIT - 48;

	put(1);
	put(revision);
	put(0x01012026);
	put(signature);
	put(0);
	put(1);
	put(platforms);
	put(data);
	put(UNIT);
	while ((uint8_t *)start + 48 + data > file + file_size)
		put(0x11223344);
	if (another) {
		put(1);
		for (unsigned i = 0; i < 4; i++)
			put(0);
		put(another);
		put(platforms);
		put(0);
	}
	for (unsigned i = 0; i < UNIT / 4; i++)
		sum += start[i];
	start[4] = -sum;
}

static void
amd_begin(uint32_t signature, uint16_t number)
{
	put(0x00414d44);
	put(0);
	put(32);
	put(signature);
	put(0);
	put(0);
	put(number);
	for (unsigned i = 0; i < 4; i++)
		put(0);
}

static void
amd_add(uint16_t number, uint32_t revision)
{
	put(1);
	put(64 + 32);
	put(0x20260101);
	put(revision);
	for (unsigned i = 0; i < 4; i++)
		put(0);
	put(number);
	for (unsigned i = 0; i < (64 + 32) / 4 - 7; i++)
		put(0);
}

static void
module(const char *name)
{
	boot_info.modules[boot_info.module_count++] =
		(struct boot_module){(uint64_t)file, file_size, name, ""};
}

static void
test_intel(void)
{
	cpu("Genu", SKYLAKE, 7);
	file_begin();
	intel_add(SKYLAKE, 1 << 0, 0x30, 0); /* for another socket */
	intel_add(SKYLAKE, 1 << 7, 0x11, 0);
	intel_add(CASCADE, 1 << 7, 0x50, 0);
	intel_add(SKYLAKE, 1 << 7, 0x20, 0);
	module("/lib/firmware/intel-ucode/06-55-04");
	microcode_init();
	CHECK_EQ(loaded, (uint64_t)file + 3 * UNIT + 48);
	CHECK(log_said("microcode: revision 0x20, from a module (firmware's: 0x10)"));
	own_revision = 0x10; /* the next CPU */
	loaded = 0;
	show_revision();
	microcode_start_cpu();
	CHECK_EQ(own_revision, 0x20);
	loaded = 0;
	microcode_start_cpu(); /* and the other thread of its core */
	CHECK_EQ(loaded, 0);
}

static void
test_intel_table(void)
{
	cpu("Genu", CASCADE, 3);
	file_begin();
	intel_add(SKYLAKE, 1 << 3, 0x33, CASCADE);
	module("lib/firmware/intel-ucode/all");
	microcode_init();
	CHECK_EQ(own_revision, 0x33);
}

static void
check_nothing(const char *message)
{
	microcode_init();
	microcode_start_cpu();
	CHECK_EQ(loaded, 0);
	CHECK(log_said(message));
}

static void
test_intel_nothing(void)
{
	cpu("Genu", SKYLAKE, 0);
	check_nothing("microcode: revision 0x10\n");
	file_begin();
	intel_add(SKYLAKE, 1, 0x10, 0);
	cpu("Genu", SKYLAKE, 0);
	module("/lib/firmware/intel-ucode/same");
	check_nothing("no module has a newer one");
	file_begin();
	intel_add(SKYLAKE, 1, 0x40, 0);
	cpu("Genu", SKYLAKE, 0);
	module("/other/intel-ucode/06-55-04");
	check_nothing("microcode: revision 0x10\n");
	cpu("Genu", SKYLAKE, 0);
	module("/lib/firmware/intel-ucode/06-55-04");
	leaf_put(CPUID_FEATURES, SKYLAKE, 0, 1u << 31, 0);
	microcode_init();
	microcode_start_cpu();
	CHECK_EQ(msr_writes, 0);
	CHECK_EQ(log_length, 0);
}

static void
test_refused(void)
{
	cpu("Genu", SKYLAKE, 0);
	refuses = true;
	file_begin();
	intel_add(SKYLAKE, 1, 0x40, 0);
	module("/lib/firmware/intel-ucode/06-55-04");
	microcode_init();
	CHECK(log_said("the CPU does not take revision 0x40 and has 0x10"));
	loaded = 0;
	microcode_start_cpu();
	CHECK_EQ(loaded, 0);
}

/* Any word wrong, and any length: nothing is loaded, nothing beyond the end is read. */
static void
test_intel_damaged(void)
{
	for (size_t at = 0; at < 2 * UNIT; at += at < 64 ? 1 : 37) {
		cpu("Genu", SKYLAKE, 0);
		file_begin();
		intel_add(SKYLAKE, 1, 0x40, CASCADE);
		file[at % UNIT] ^= 0x41;
		module("/lib/firmware/intel-ucode/damaged");
		check_nothing("is damaged");
		file_begin();
		intel_add(SKYLAKE, 1, 0x40, CASCADE);
		file = realloc(file, at % UNIT + 1);
		file_size = at % UNIT + 1;
		cpu("Genu", SKYLAKE, 0);
		module("/lib/firmware/intel-ucode/cut");
		if (file_size < UNIT)
			check_nothing("is damaged");
	}
}

static void
test_amd(void)
{
	cpu("Auth", ZEN2, 0);
	file_begin();
	amd_begin(0x810f10, 0x8110);
	amd_add(0x8110, 0x99);
	amd_begin(ZEN2, 0x8310);
	amd_add(0x8311, 0x98);
	amd_add(0x8310, 0x21);
	amd_add(0x8310, 0x20);
	module("/lib/firmware/amd-ucode/microcode_amd_fam17h.bin");
	microcode_init();
	CHECK_EQ(own_revision, 0x21);
	CHECK(log_said("microcode: revision 0x21, from a module"));
	own_revision = 0x22; /* a CPU that firmware has given a newer one */
	loaded = 0;
	show_revision();
	microcode_start_cpu();
	CHECK_EQ(loaded, 0);
}

static void
test_amd_damaged(void)
{
	file_begin();
	amd_begin(ZEN2, 0x8310);
	amd_add(0x8310, 0x21);
	size_t whole = file_size;
	for (size_t size = 1; size < whole; size++) {
		uint8_t *cut = malloc(size);

		memcpy(cut, file, size);
		cpu("Auth", ZEN2, 0);
		boot_info.modules[boot_info.module_count++] = (struct boot_module){
			(uint64_t)cut, size, "/lib/firmware/amd-ucode/cut", ""};
		microcode_init();
		CHECK_EQ(loaded, 0);
		CHECK(log_said("is damaged") || size == 44); /* a table alone is whole */
		free(cut);
	}
}

int
main(void)
{
	test_intel();
	test_intel_table();
	test_intel_nothing();
	test_refused();
	test_intel_damaged();
	test_amd();
	test_amd_damaged();
	return check_end();
}
