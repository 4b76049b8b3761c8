/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The symbolic descriptors.
 */
#include "tests/conformance/slots.h"

#include <unistd.h>

#define TRIES 10

void
slots_begin(struct slots *slots)
{
	for (unsigned i = 0; i < SLOTS_COUNT; i++)
		slots->fd[i] = -1;
}

unsigned
slots_pick(struct episode *episode, struct slots *slots)
{
	unsigned slot = 0;

	for (unsigned i = 0; i < TRIES; i++) {
		slot = episode_below(episode, SLOTS_COUNT);
		if (slots->fd[slot] >= 0)
			break;
	}
	return slot;
}

static void
close_slot(struct episode *episode, struct slots *slots, unsigned slot)
{
	if (!episode_call(episode, "close", "f%u", slot))
		return;
	episode_answer(episode, close(slots->fd[slot]));
	slots->fd[slot] = -1;
}

unsigned
slots_free_one(struct episode *episode, struct slots *slots)
{
	unsigned slot = episode_below(episode, SLOTS_COUNT);

	if (slots->fd[slot] >= 0)
		close_slot(episode, slots, slot);
	return slot;
}

void
slots_set(struct episode *episode, struct slots *slots, unsigned slot, int fd)
{
	if (fd < 0)
		episode_answer(episode, fd);
	else
		episode_say(episode, " = f%u", slot);
	slots->fd[slot] = fd;
}

void
slots_close(struct episode *episode, struct slots *slots)
{
	close_slot(episode, slots, slots_pick(episode, slots));
}

void
slots_end(struct slots *slots)
{
	for (unsigned i = 0; i < SLOTS_COUNT; i++)
		if (slots->fd[i] >= 0)
			close(slots->fd[i]);
	slots_begin(slots);
}
