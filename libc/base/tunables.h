/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers that /proc/sys shows, most of which a program may set (libc/tree/proc_tunables.c), for
 * those who are held to them.
 */
#ifndef LIBC_TUNABLES_H
#define LIBC_TUNABLES_H

#include <stdint.h>

/* /proc/sys/fs: events that io_setup() was asked for in all contexts, and how many it may be. */
extern uint64_t tunable_aio_count, tunable_aio_max;

/*
 * /proc/sys/fs/mqueue: the sizes of a queue that is told none, and what they may be at most. Who
 * may do everything, as the program may, is held to the last two and to RLIMIT_MSGQUEUE alone.
 */
extern uint64_t tunable_mq_messages, tunable_mq_messages_max, tunable_mq_size, tunable_mq_size_max;
extern uint64_t tunable_mq_queues;
#define TUNABLE_MQ_MESSAGES_MOST 65536
#define TUNABLE_MQ_SIZE_MOST (16 << 20)

#endif
