/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The numbers of /proc/sys that a program may set (libc/base/tunables.h).
 */
#include "libc/base/tunables.h"

#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/text.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

struct tunable {
	const char *path;
	uint64_t *value;
	uint64_t least, most; /* both 0: nobody sets it */
};

static const struct tunable tunables[] = {
	{"/proc/sys/fs/aio-nr", &tunable_aio_count, 0, 0},
	{"/proc/sys/fs/aio-max-nr", &tunable_aio_max, 0, INT64_MAX},
	{"/proc/sys/fs/mqueue/msg_default", &tunable_mq_messages, 1, TUNABLE_MQ_MESSAGES_MOST},
	{"/proc/sys/fs/mqueue/msg_max", &tunable_mq_messages_max, 1, TUNABLE_MQ_MESSAGES_MOST},
	{"/proc/sys/fs/mqueue/msgsize_default", &tunable_mq_size, 128, TUNABLE_MQ_SIZE_MOST},
	{"/proc/sys/fs/mqueue/msgsize_max", &tunable_mq_size_max, 128, TUNABLE_MQ_SIZE_MOST},
	{"/proc/sys/fs/mqueue/queues_max", &tunable_mq_queues, 0, INT32_MAX},
};

static size_t
show(char *buffer, size_t size, uint64_t argument)
{
	const struct tunable *tunable = &tunables[argument];
	struct text text = {.buffer = buffer, .size = size};

	text_add(&text, "%lu\n", (unsigned long)READ_ONCE(*tunable->value));
	return text.length;
}

static bool
is_space(char letter)
{
	return letter == ' ' || letter == '\t' || letter == '\n';
}

/* A decimal number between white space. Returns 0, or -EINVAL. */
static int
parse_number(const char *bytes, size_t length, uint64_t *number)
{
	size_t at = 0;
	bool any = false;

	*number = 0;
	while (at < length && is_space(bytes[at]))
		at++;
	for (; at < length && bytes[at] >= '0' && bytes[at] <= '9'; at++, any = true)
		if (__builtin_mul_overflow(*number, 10, number) ||
		    __builtin_add_overflow(*number, bytes[at] - '0', number))
			return -EINVAL;
	while (at < length && (is_space(bytes[at]) || !bytes[at]))
		at++;
	return any && at == length ? 0 : -EINVAL;
}

static int
set_tunable(const char *bytes, size_t length, uint64_t argument)
{
	const struct tunable *tunable = &tunables[argument];
	uint64_t number;
	int result = parse_number(bytes, length, &number);

	if (result)
		return result;
	if (number < tunable->least || number > tunable->most)
		return -EINVAL;
	WRITE_ONCE(*tunable->value, number);
	return 0;
}

int
proc_tunables_make(void)
{
	struct ramfs_node *node;
	int result = tree_make("/proc/sys/fs/mqueue", RAMFS_DIRECTORY, 0555, &node);

	for (unsigned i = 0; i < ARRAY_SIZE(tunables) && !result; i++) {
		bool settable = tunables[i].most;

		result = tree_make(tunables[i].path, RAMFS_GENERATED, settable ? 0644 : 0444,
				   &node);
		if (result)
			return result;
		node->generate = show;
		node->take = settable ? set_tunable : NULL;
		node->argument = i;
	}
	return result;
}
