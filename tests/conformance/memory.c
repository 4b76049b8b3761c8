/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings: parts of a range of pages mapped, unmapped, protected, given back, read and written.
 * What may be read or written is known from the calls that succeeded. Serial, and without memory
 * of malloc's, which would come to lie in the holes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/words.h"

#define PAGE 4096ul
#define PAGES 16
#define FILE_PAGES 4

struct memory_state {
	char *base;
	int fd;			/* a file of FILE_PAGES */
	int copies;		/* it is mapped privately, and not written to */
	int protections[PAGES]; /* -1: nothing is mapped */
};

struct part {
	unsigned first, count;
};

static const struct words protections[] = {
	{PROT_NONE, "NONE"},
	{PROT_READ, "READ"},
	{PROT_READ | PROT_WRITE, "READ|WRITE"},
	{0, 0},
};

static struct memory_state *
state_of(struct episode *episode)
{
	return episode->state;
}

static void
begin(struct episode *episode)
{
	struct memory_state *state = state_of(episode);
	char path[64], page[PAGE];

	state->base = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	for (unsigned i = 0; i < PAGES; i++)
		state->protections[i] = PROT_READ | PROT_WRITE;
	snprintf(path, sizeof(path), "%s/cf-memory-%d-%u", episode->run->folder, getpid(),
		 episode->number);
	state->copies = (int)episode_chance(episode, 50);
	state->fd = open(path, O_RDWR | O_CREAT, 0600);
	unlink(path);
	for (unsigned i = 0; i < FILE_PAGES; i++) {
		memset(page, 'A' + (int)i, sizeof(page));
		if (write(state->fd, page, sizeof(page)) != (ssize_t)sizeof(page))
			state->fd = -1;
	}
}

static void
end(struct episode *episode)
{
	struct memory_state *state = state_of(episode);

	munmap(state->base, PAGES * PAGE);
	close(state->fd);
}

static struct part
part_of(struct episode *episode)
{
	struct part part = {.first = episode_below(episode, PAGES)};

	part.count = 1 + episode_below(episode, episode_chance(episode, 70) ? 4 : PAGES);
	if (part.first + part.count > PAGES)
		part.count = PAGES - part.first;
	return part;
}

static char *
at(struct episode *episode, struct part part)
{
	return state_of(episode)->base + part.first * PAGE;
}

static void
set_protection(struct episode *episode, struct part part, int protection)
{
	for (unsigned i = part.first; i < part.first + part.count; i++)
		state_of(episode)->protections[i] = protection;
}

/* Whether all of a part has at least the protection. */
static bool
has(struct episode *episode, struct part part, int protection)
{
	for (unsigned i = part.first; i < part.first + part.count; i++) {
		int own = state_of(episode)->protections[i];

		if (own < 0 || (own & protection) != protection)
			return false;
	}
	return true;
}

static int
protection_of(struct episode *episode)
{
	static const int values[] = {PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ,
				     PROT_NONE};

	return episode_one_of(episode, values);
}

static void
answer_address(struct episode *episode, const void *result)
{
	if (result == MAP_FAILED)
		episode_answer(episode, -1);
	else
		episode_say(episode, " = page %ld",
			    ((const char *)result - state_of(episode)->base) / (long)PAGE);
}

static void
step_map(struct episode *episode)
{
	struct part part = part_of(episode);
	int protection = protection_of(episode), flags = MAP_FIXED | MAP_ANONYMOUS, fd = -1;
	long offset = 0;
	void *result;

	flags |= episode_chance(episode, 70) ? MAP_PRIVATE : MAP_SHARED;
	if (episode_chance(episode, 40)) {
		part.count = part.count > FILE_PAGES ? FILE_PAGES : part.count;
		offset = (long)episode_below(episode, FILE_PAGES - part.count + 1);
		flags &= ~(MAP_ANONYMOUS | MAP_PRIVATE | MAP_SHARED);
		flags |= state_of(episode)->copies ? MAP_PRIVATE : MAP_SHARED;
		fd = state_of(episode)->fd;
	}
	if (episode_chance(episode, 6))
		flags = (flags & ~MAP_FIXED) | MAP_FIXED_NOREPLACE;
	if (!episode_call(episode, "mmap", "%u+%u, %s, %s%s%s, %ld", part.first, part.count,
			  words_value(protections, protection).text,
			  flags & MAP_PRIVATE ? "PRIVATE" : "SHARED", fd < 0 ? "|ANONYMOUS" : "",
			  flags & MAP_FIXED ? "" : "|NOREPLACE", offset))
		return;
	result = mmap(at(episode, part), part.count * PAGE, protection, flags, fd,
		      offset * (long)PAGE);
	answer_address(episode, result);
	if (result == at(episode, part))
		set_protection(episode, part, protection);
}

static void
step_unmap(struct episode *episode)
{
	struct part part = part_of(episode);

	if (episode_call(episode, "munmap", "%u+%u", part.first, part.count) &&
	    !episode_answer(episode, munmap(at(episode, part), part.count * PAGE)))
		set_protection(episode, part, -1);
}

/* (What Linux has changed before it meets a hole stays changed: the pages are then not touched.) */
static void
step_protect(struct episode *episode)
{
	struct part part = part_of(episode);
	int protection = protection_of(episode);

	if (!episode_call(episode, "mprotect", "%u+%u, %s", part.first, part.count,
			  words_value(protections, protection).text))
		return;
	if (!episode_answer(episode, mprotect(at(episode, part), part.count * PAGE, protection)))
		set_protection(episode, part, protection);
	else
		for (unsigned i = part.first; i < part.first + part.count; i++)
			if (state_of(episode)->protections[i] >= 0)
				state_of(episode)->protections[i] &= protection;
}

static void
step_write(struct episode *episode)
{
	struct part part = part_of(episode);
	size_t offset = episode_below(episode, 4000), size = episode_below(episode, 90);

	if (has(episode, part, PROT_WRITE) &&
	    episode_call(episode, "store", "%u+%u", part.first, part.count))
		for (unsigned i = 0; i < part.count; i++)
			episode_letters(episode, at(episode, part) + i * PAGE + offset, size);
}

static void
step_read(struct episode *episode)
{
	struct part part = part_of(episode);

	if (!has(episode, part, PROT_READ) ||
	    !episode_call(episode, "load", "%u+%u", part.first, part.count))
		return;
	episode_say(episode, " =");
	episode_say_bytes(episode, at(episode, part), part.count * PAGE);
}

static void
step_file(struct episode *episode)
{
	char text[32];
	long offset = episode_below(episode, FILE_PAGES * PAGE), result;

	episode_letters(episode, text, sizeof(text));
	/* (POSIX leaves open whether a private mapping shows what is written later.) */
	if (episode_chance(episode, 50) && !state_of(episode)->copies) {
		if (episode_call(episode, "pwrite", "file, %ld", offset))
			episode_answer(episode, pwrite(state_of(episode)->fd, text, 8, offset));
	} else if (episode_call(episode, "pread", "file, %ld", offset)) {
		result = episode_answer(episode, pread(state_of(episode)->fd, text, 8, offset));
		if (result > 0)
			episode_say_bytes(episode, text, (size_t)result);
	}
}

/* (MADV_FREE leaves what is there until Linux wants the page: nothing to compare.) */
static void
step_advise(struct episode *episode)
{
	static const struct words advices[] = {
		WORDS(MADV_DONTNEED), WORDS(MADV_DONTNEED), WORDS(MADV_WILLNEED),
		WORDS(MADV_NORMAL),   WORDS(MADV_RANDOM),   {0x7777, "wrong"},
		WORDS(MADV_DONTDUMP),
	};
	struct part part = part_of(episode);
	const struct words *advice = &episode_one_of(episode, advices);

	if (episode_call(episode, "madvise", "%u+%u, %s", part.first, part.count, advice->name))
		episode_answer(episode,
			       madvise(at(episode, part), part.count * PAGE, (int)advice->value));
}

static void
step_sync(struct episode *episode)
{
	struct part part = part_of(episode);
	int flags = (int)episode_below(episode, 9);
	unsigned char pages[PAGES];

	switch (episode_below(episode, 4)) {
	case 0:
		if (episode_call(episode, "mincore", "%u+%u", part.first, part.count))
			episode_answer(episode,
				       mincore(at(episode, part), part.count * PAGE, pages));
		break;
	case 1:
		if (episode_call(episode, "mlock", "%u+%u", part.first, part.count))
			episode_answer(episode, mlock(at(episode, part), part.count * PAGE));
		break;
	case 2:
		if (episode_call(episode, "munlock", "%u+%u", part.first, part.count))
			episode_answer(episode, munlock(at(episode, part), part.count * PAGE));
		break;
	default:
		if (episode_call(episode, "msync", "%u+%u, %d", part.first, part.count, flags))
			episode_answer(episode, msync(at(episode, part), part.count * PAGE, flags));
	}
}

/* Shrinks a part in place: what is behind is then a hole. */
static void
step_remap(struct episode *episode)
{
	struct part part = part_of(episode), gone;
	unsigned less = 1 + episode_below(episode, part.count);
	void *result;

	if (!episode_call(episode, "mremap", "%u+%u to %u", part.first, part.count, less))
		return;
	result = mremap(at(episode, part), part.count * PAGE, less * PAGE, 0);
	answer_address(episode, result);
	if (result == MAP_FAILED)
		return;
	gone = (struct part){part.first + less, part.count - less};
	set_protection(episode, gone, -1);
}

/* Arguments that are refused. */
static void
step_odd(struct episode *episode)
{
	char *base = state_of(episode)->base;
	unsigned which = episode_below(episode, 9);

	if (!episode_call(episode, "odd", "%u", which))
		return;
	switch (which) {
	case 0:
		episode_answer(episode, munmap(base + 1, PAGE));
		break;
	case 1:
		episode_answer(episode, munmap(base, 0));
		break;
	case 2:
		/* (musl's own function rounds.) */
		episode_answer(episode, syscall(SYS_mprotect, base + 8, PAGE, PROT_READ));
		break;
	case 3:
		episode_answer(episode, mprotect(base, 0, PROT_READ));
		break;
	case 4:
		answer_address(episode,
			       mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
		break;
	case 5:
		answer_address(episode, mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
		break;
	case 6:
		answer_address(episode, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0));
		break;
	case 7:
		answer_address(episode,
			       mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, state_of(episode)->fd, 5));
		break;
	default:
		episode_answer(episode, madvise(base + 3, PAGE, MADV_DONTNEED));
	}
}

static const struct episode_step steps[] = {
	{20, step_map},	 {10, step_unmap}, {12, step_protect}, {18, step_write},
	{22, step_read}, {6, step_file},   {12, step_advise},  {6, step_sync},
	{4, step_remap}, {4, step_odd},	   {0, NULL},
};

const struct episode_kind memory_kind = {
	.name = "memory",
	.serial = true,
	.state_size = sizeof(struct memory_state),
	.most = 60,
	.begin = begin,
	.end = end,
	.steps = steps,
};
