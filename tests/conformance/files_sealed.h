/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of `files`: see files_sealed.c.
 */
#pragma once

#include "tests/conformance/episode.h"

void files_sealed_make(struct episode *episode);
void files_sealed_seal(struct episode *episode);
void files_sealed_map(struct episode *episode);
void files_sealed_vector(struct episode *episode);
