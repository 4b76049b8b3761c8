/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How an episode is made: its random numbers, its steps, and its text.
 */
#include "tests/conformance/episode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/folder.h"
#include "tests/conformance/words.h"

#define TEXT_ROOM 65536 /* at once, so that no step of a usual episode needs memory */
#define STEPS_LEAST 4
#define STEPS_FIRST 6	       /* in which the first of the kind's functions is called more often */
#define STEP_OF_EPISODE 0xffff /* the generator that says how many steps there are */
#define SHORT_BYTES 24

/* -- Random numbers ---------------------------------------------------------------------------- */

/* splitmix64 (Steele, Lea and Flood, 2014). */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t mixed = *state += 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return mixed ^ mixed >> 31;
}

/* FNV-1a. */
uint64_t
episode_hash_bytes(const void *bytes, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3;
	return hash;
}

/* Begins the generator of a step. */
static void
seed_step(struct episode *episode, unsigned step)
{
	uint64_t words[4] = {episode->run->seed, episode->number, step,
			     episode_hash_bytes(episode->kind->name, strlen(episode->kind->name))};

	episode->step = step;
	episode->random = episode_hash_bytes(words, sizeof(words));
}

uint64_t
episode_random(struct episode *episode)
{
	return next_random(&episode->random);
}

unsigned
episode_below(struct episode *episode, unsigned bound)
{
	return (unsigned)((episode_random(episode) >> 32) * bound >> 32);
}

bool
episode_chance(struct episode *episode, unsigned percent)
{
	return episode_below(episode, 100) < percent;
}

void
episode_letters(struct episode *episode, char *buffer, size_t size)
{
	uint64_t letters = episode_random(episode);

	for (size_t i = 0; i < size; i++) {
		if (i % 8 == 0)
			letters = next_random(&episode->random);
		buffer[i] = (char)('a' + (letters >> i % 8 * 8 & 15));
	}
}

size_t
episode_size(struct episode *episode, size_t bound)
{
	size_t size = episode_below(episode, 20);

	if (episode_chance(episode, 20))
		size = 4080 + episode_below(episode, 32);
	else if (episode_chance(episode, 10))
		size = episode_below(episode, 20000);
	return size < bound ? size : bound - 1;
}

/* -- Text -------------------------------------------------------------------------------------- */

static void
say(struct episode *episode, const char *format, va_list arguments)
{
	for (;;) {
		va_list again;
		size_t room = episode->room - episode->length;
		int length;

		va_copy(again, arguments);
		length = vsnprintf(episode->text + episode->length, room, format, again);
		va_end(again);
		if (length < 0 || (size_t)length < room) {
			episode->length += length < 0 ? 0 : (size_t)length;
			return;
		}
		episode->room *= 2;
		episode->text = realloc(episode->text, episode->room);
		if (!episode->text)
			abort();
	}
}

void
episode_say(struct episode *episode, const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	say(episode, format, arguments);
	va_end(arguments);
	errno = error;
}

void
episode_say_bytes(struct episode *episode, const void *bytes, size_t size)
{
	const unsigned char *text = bytes;
	bool readable = size <= SHORT_BYTES;

	for (size_t i = 0; i < size && readable; i++)
		readable = text[i] == 0 || (text[i] > ' ' && text[i] < 127);
	if (!readable) {
		episode_say(episode, " #%08x", (unsigned)episode_hash_bytes(bytes, size));
		return;
	}
	episode_say(episode, " \"");
	for (size_t i = 0; i < size; i++)
		episode_say(episode, "%c", text[i] ? text[i] : '.');
	episode_say(episode, "\"");
}

void
episode_trace(struct episode *episode)
{
	const char *text = episode->text + episode->traced;
	size_t length = episode->length - episode->traced;
	int error = errno;

	if (episode->run->trace && length && write(1, text, length) == (ssize_t)length)
		episode->traced = episode->length;
	errno = error;
}

static void
end_line(struct episode *episode)
{
	if (episode->in_line)
		episode_say(episode, "\n");
	episode->in_line = false;
	episode_trace(episode);
}

bool
episode_call(struct episode *episode, const char *name, const char *format, ...)
{
	va_list arguments;

	if (options_is_without(episode->run, name))
		return false;
	end_line(episode);
	episode_say(episode, "| %u %s(", episode->step, name);
	va_start(arguments, format);
	say(episode, format, arguments);
	va_end(arguments);
	episode_say(episode, ")");
	episode->in_line = true;
	episode_trace(episode);
	errno = 0;
	return true;
}

long
episode_answer(struct episode *episode, long result)
{
	if (result == -1)
		episode_say(episode, " = %s", words_error(errno));
	else
		episode_say(episode, " = %ld", result);
	return result;
}

long
episode_answer_ok(struct episode *episode, long result)
{
	episode_say(episode, " = %s", result == -1 ? words_error(errno) : "ok");
	return result;
}

int
episode_answer_error(struct episode *episode, int error)
{
	episode_say(episode, " = %s", error ? words_error(error) : "0");
	return error;
}

/* -- The whole --------------------------------------------------------------------------------- */

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void
make_step(struct episode *episode)
{
	const struct episode_step *steps = episode->kind->steps;
	unsigned sum = 0, chosen;

	for (unsigned i = 0; steps[i].weight; i++)
		sum += steps[i].weight;
	chosen = episode_below(episode, sum);
	if (episode->step < STEPS_FIRST && episode_chance(episode, 50))
		chosen = 0;
	while (chosen >= steps->weight)
		chosen -= (steps++)->weight;
	__atomic_store_n(&episode->step_began, now_ns(), __ATOMIC_RELAXED);
	steps->make(episode);
	end_line(episode);
}

static void
make_steps(struct episode *episode)
{
	unsigned count;

	seed_step(episode, STEP_OF_EPISODE);
	count = STEPS_LEAST + episode_below(episode, episode->kind->most - STEPS_LEAST + 1);
	if (episode->kind->begin)
		episode->kind->begin(episode);
	for (unsigned step = 0; step < count; step++) {
		if (options_skips(episode->run, step))
			continue;
		seed_step(episode, step);
		make_step(episode);
	}
	seed_step(episode, count);
	__atomic_store_n(&episode->step_began, now_ns(), __ATOMIC_RELAXED);
	if (episode->kind->has_folder)
		folder_say(episode);
	if (episode->kind->end)
		episode->kind->end(episode);
	end_line(episode);
}

void
episode_make(struct episode *episode, const struct episode_kind *kind,
	     const struct options_run *run, unsigned number)
{
	*episode = (struct episode){.kind = kind, .run = run, .number = number, .folder_fd = -1};
	episode->room = TEXT_ROOM;
	episode->text = malloc(episode->room);
	episode->state = calloc(1, kind->state_size ? kind->state_size : 1);
	if (!episode->text || !episode->state)
		abort();
	episode_say(episode, "# %s %u\n", kind->name, number);
	if (kind->has_folder)
		folder_make(episode);
	make_steps(episode);
	if (kind->has_folder)
		folder_remove(episode);
	__atomic_store_n(&episode->step_began, 0, __ATOMIC_RELAXED);
	free(episode->state);
	episode->state = NULL;
}

void
episode_free(struct episode *episode)
{
	free(episode->text);
	episode->text = NULL;
}

uint64_t
episode_hash(const struct episode *episode)
{
	return episode_hash_bytes(episode->text, episode->length);
}
