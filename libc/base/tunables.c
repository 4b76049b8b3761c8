/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What they are at the start. There is one program, and nobody who could set them before it runs:
 * where Linux's own are too small for large programs they are larger.
 */
#include "libc/base/tunables.h"

uint64_t tunable_aio_count;
uint64_t tunable_aio_max = 1 << 20; /* Linux: 65536 */

uint64_t tunable_mq_messages = 10, tunable_mq_messages_max = 10;
uint64_t tunable_mq_size = 8192, tunable_mq_size_max = 8192;
uint64_t tunable_mq_queues = 256;
