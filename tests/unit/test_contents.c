/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The contents of files: random writes, cuts, holes and reads against a plain array; a boot
 * module's memory under a file; far offsets; no memory. In the end every frame has come back.
 */
/* SOURCES: libc/files/contents.c libc/files/contents_tree.c tests/unit/host_frames.c */
#include <errno.h>
#include <stdlib.h>

#include "kernel/base/compiler.h"
#include "kernel/memory/paging.h"
#include "libc/files/contents.h"
#include "tests/unit/check.h"
#include "tests/unit/host_frames.h"

#define BYTES 300000u
#define PIECE 20000u

static uint8_t model[BYTES], buffer[PIECE], got[PIECE];
static uint64_t size;

static void
drop(struct contents *contents)
{
	CHECK_EQ(contents_set_size(contents, 0), 0);
	contents_cut(contents);
	CHECK_EQ(contents->pages, 0);
	CHECK_EQ(host_frames, 0);
}

static void
resize(struct contents *contents, uint64_t to)
{
	uint64_t before = size;

	CHECK_EQ(contents_set_size(contents, to), 0);
	if (to < before) {
		contents_cut(contents);
		memset(model + to, 0, before - to);
	}
	size = to;
}

static void
write_some(struct contents *contents, uint64_t offset, size_t length)
{
	memset(buffer, rand() % 255 + 1, length);
	CHECK_EQ(contents_write(contents, buffer, length, offset), length);
	memcpy(model + offset, buffer, length);
	if (length && offset + length > size)
		size = offset + length;
}

static void
read_some(struct contents *contents, uint64_t offset, size_t length)
{
	int64_t due = offset >= size ? 0 : (int64_t)MIN(length, size - offset);

	memset(got, 0xee, sizeof(got));
	CHECK_EQ(contents_read(contents, got, length, offset), due);
	CHECK(!memcmp(got, model + offset, (size_t)due));
}

static void
punch(struct contents *contents, uint64_t offset, size_t length)
{
	contents_punch(contents, offset, length);
	if (offset < size)
		memset(model + offset, 0, MIN(length, size - offset));
}

/* A page as a mapping shows it. */
static void
show(struct contents *contents, uint64_t index)
{
	uint64_t offset = index * PAGE_4K, frame;
	static uint8_t copy[PAGE_4K];
	int due = offset < ALIGN_UP(size, PAGE_4K) ? 0 : -ENXIO;

	memset(copy, 0, sizeof(copy));
	CHECK_EQ(contents_copy_page(contents, index, copy), due);
	if (!due)
		CHECK(!memcmp(copy, model + offset, PAGE_4K));
	if (rand() % 3)
		return;
	CHECK_EQ(contents_page(contents, index, &frame), due);
	if (!due)
		CHECK(!memcmp((void *)frame, model + offset, PAGE_4K));
}

static void
random_steps(struct contents *contents, unsigned steps)
{
	for (unsigned step = 0; step < steps; step++) {
		uint64_t offset = (uint64_t)rand() % (BYTES - PIECE);
		size_t length = (size_t)rand() % PIECE;

		switch (rand() % 12) {
		case 0:
			resize(contents, offset);
			break;
		case 1:
			punch(contents, offset, length);
			break;
		case 2:
			show(contents, offset / PAGE_4K);
			break;
		case 3: case 4: case 5: case 6:
			write_some(contents, offset, length);
			break;
		default:
			read_some(contents, offset, length);
		}
		CHECK_EQ(contents->size, size);
	}
}

static void
over_a_module(void)
{
	static uint8_t module[50000], before[50000];
	struct contents contents = {.module = module, .module_size = sizeof(module)};

	for (unsigned i = 0; i < sizeof(module); i++)
		module[i] = before[i] = (uint8_t)(i * 7 + i / 256);
	memset(model, 0, sizeof(model));
	memcpy(model, module, sizeof(module));
	contents.size = size = sizeof(module);
	random_steps(&contents, 2000);
	CHECK(!memcmp(module, before, sizeof(module)));
	drop(&contents);
}

/* A file of few pages that lie far apart. */
static void
far_apart(void)
{
	struct contents contents = {0};
	const uint64_t offsets[] = {5, PAGE_4K * 513, 1ULL << 32, (1ULL << 40) + 77,
				    CONTENTS_SIZE_MAX - 1};
	char byte;

	for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++)
		CHECK_EQ(contents_write(&contents, "x", 1, offsets[i]), 1);
	CHECK_EQ(contents.size, CONTENTS_SIZE_MAX);
	CHECK_EQ(contents.pages, ARRAY_SIZE(offsets));
	CHECK(host_frames < 40);
	for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++) {
		uint64_t page = ALIGN_DOWN(offsets[i], PAGE_4K);

		CHECK_EQ(contents_read(&contents, &byte, 1, offsets[i]), 1);
		CHECK_EQ(byte, 'x');
		CHECK_EQ(contents_seek(&contents, i ? offsets[i - 1] + PAGE_4K : 0, true), page);
		CHECK_EQ(contents_seek(&contents, offsets[i], false),
			 MIN(page + PAGE_4K, contents.size));
	}
	CHECK_EQ(contents_read(&contents, &byte, 1, 1ULL << 33), 1);
	CHECK_EQ(byte, 0);
	CHECK_EQ(contents_write(&contents, "xy", 2, CONTENTS_SIZE_MAX - 1), 1);
	CHECK_EQ(contents_write(&contents, "x", 1, CONTENTS_SIZE_MAX), -EFBIG);
	CHECK_EQ(contents_set_size(&contents, CONTENTS_SIZE_MAX + 1), -EFBIG);
	drop(&contents);
}

static void
out_of_memory(void)
{
	struct contents contents = {0};

	host_frames_limit = 0;
	CHECK_EQ(contents_write(&contents, "x", 1, 0), -ENOSPC);
	CHECK_EQ(contents.size, 0);
	host_frames_limit = 4; /* a table and three pages */
	CHECK_EQ(contents_write(&contents, buffer, sizeof(buffer), 0), 3 * PAGE_4K);
	CHECK_EQ(contents.size, 3 * PAGE_4K);
	CHECK_EQ(contents_reserve(&contents, 0, 5 * PAGE_4K), -ENOSPC);
	host_frames_limit = SIZE_MAX;
	CHECK_EQ(contents_reserve(&contents, 0, 5 * PAGE_4K), 0);
	CHECK_EQ(contents.pages, 5);
	drop(&contents);
}

int
main(void)
{
	struct contents contents = {0};

	srand(3);
	random_steps(&contents, 4000);
	drop(&contents);
	over_a_module();
	far_apart();
	out_of_memory();
	return check_end();
}
