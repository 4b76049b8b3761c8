/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The symbolic descriptors.
 */
#include "tests/conformance/slots.h"

#include <unistd.h>

#define TRIES 10

struct slots *
slots_of(const struct episode *episode)
{
	return episode->state;
}

void
slots_begin(struct episode *episode)
{
	struct slots *slots = slots_of(episode);

	for (unsigned i = 0; i < SLOTS_COUNT; i++)
		slots->fd[i] = -1;
}

unsigned
slots_pick(struct episode *episode)
{
	const struct slots *slots = slots_of(episode);
	unsigned slot = 0;

	for (unsigned i = 0; i < TRIES; i++) {
		slot = episode_below(episode, SLOTS_COUNT);
		if (slots->fd[slot] >= 0)
			break;
	}
	return slot;
}

static void
close_slot(struct episode *episode, unsigned slot)
{
	struct slots *slots = slots_of(episode);

	if (!episode_call(episode, "close", "f%u", slot))
		return;
	episode_answer(episode, close(slots->fd[slot]));
	slots->fd[slot] = -1;
}

unsigned
slots_free_one(struct episode *episode)
{
	unsigned slot = episode_below(episode, SLOTS_COUNT);

	if (slots_of(episode)->fd[slot] >= 0)
		close_slot(episode, slot);
	return slot;
}

void
slots_set(struct episode *episode, unsigned slot, int fd)
{
	if (fd < 0)
		episode_answer(episode, fd);
	else
		episode_say(episode, " = f%u", slot);
	slots_of(episode)->fd[slot] = fd;
}

void
slots_close(struct episode *episode)
{
	close_slot(episode, slots_pick(episode));
}

void
slots_dup(struct episode *episode)
{
	unsigned from = slots_pick(episode), to = slots_free_one(episode);

	if (episode_call(episode, "dup", "f%u", from))
		slots_set(episode, to, dup(slots_of(episode)->fd[from]));
}

void
slots_end(struct episode *episode)
{
	const struct slots *slots = slots_of(episode);

	for (unsigned i = 0; i < SLOTS_COUNT; i++)
		if (slots->fd[i] >= 0)
			close(slots->fd[i]);
	slots_begin(episode);
}
