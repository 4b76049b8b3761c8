/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames: single 4 KB pages of RAM, for what takes memory page by page. They come in blocks of
 * 2 MB, which go back to memory.c as soon as all of a block is free. Any context, any CPU.
 */
#ifndef KERNEL_FRAMES_H
#define KERNEL_FRAMES_H

#include <stdint.h>

/*
 * Takes a frame, on the calling CPU's node if it has memory. Its address, mapped read-write, its
 * contents any; 0 when there is no memory.
 */
uint64_t frames_take(void);

/* Gives a frame back. Panics when it is free already. */
void frames_return(uint64_t frame);

#endif
