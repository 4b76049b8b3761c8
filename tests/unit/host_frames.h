/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNIT_HOST_FRAMES_H
#define TESTS_UNIT_HOST_FRAMES_H

#include <stddef.h>

extern size_t host_frames;	/* that are out */
extern size_t host_frames_limit; /* no more than this many may be */

#endif
