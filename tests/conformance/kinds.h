/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kinds of episodes, each in a file of its name.
 */
#pragma once

#include "tests/conformance/episode.h"

extern const struct episode_kind aio_kind, clocks_kind, descriptors_kind, epoll_kind, events_kind,
	files_kind, inet_kind, local_kind, memory_kind, names_kind, pipes_kind, queues_kind,
	signals_kind, threads_kind;

/* All, up to NULL. */
extern const struct episode_kind *const kinds_all[];

/* A kind by its name, or NULL. */
const struct episode_kind *kinds_find(const char *name);
