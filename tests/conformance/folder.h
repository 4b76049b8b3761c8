/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The directory of an episode: made before it, said and removed after it.
 */
#pragma once

#include "tests/conformance/episode.h"

void folder_make(struct episode *episode);

/* A line for each name in it, sorted: what it is, its mode, links, size and content. */
void folder_say(struct episode *episode);

void folder_remove(struct episode *episode);
