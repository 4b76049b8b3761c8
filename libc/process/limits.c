/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Resource limits. A limit that Linux does not hold the superuser to, or on something that is not
 * there, is kept as it is set and returned again; so are those of descriptors, of memory and of
 * main's stack, which are held to; another that would have to be held to is what it is, and another
 * value is refused.
 */
#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/mutex.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/memory/mapping.h"
#include "libc/process/start.h"
#include "libc/queues/queue.h"
#include "libc/signals/signal.h"

struct abi_rlimit {
	uint64_t soft, hard;
};
#define ABI_RLIM_INFINITY UINT64_MAX
#define ABI_RLIMIT_DATA 2
#define ABI_RLIMIT_STACK 3
#define ABI_RLIMIT_CORE 4
#define ABI_RLIMIT_RSS 5
#define ABI_RLIMIT_NPROC 6
#define ABI_RLIMIT_NOFILE 7
#define ABI_RLIMIT_MEMLOCK 8
#define ABI_RLIMIT_AS 9
#define ABI_RLIMIT_LOCKS 10
#define ABI_RLIMIT_SIGPENDING 11
#define ABI_RLIMIT_MSGQUEUE 12
#define ABI_RLIMIT_NICE 13
#define ABI_RLIMIT_RTPRIO 14
#define ABI_RLIMIT_RTTIME 15
#define ABI_RLIMITS 16

#define LIMITS_KEPT                                                                                \
	(1u << ABI_RLIMIT_CORE | 1u << ABI_RLIMIT_RSS | 1u << ABI_RLIMIT_NPROC |                   \
	 1u << ABI_RLIMIT_NOFILE | 1u << ABI_RLIMIT_MEMLOCK | 1u << ABI_RLIMIT_LOCKS |             \
	 1u << ABI_RLIMIT_MSGQUEUE | 1u << ABI_RLIMIT_NICE | 1u << ABI_RLIMIT_RTPRIO |             \
	 1u << ABI_RLIMIT_RTTIME | OF_MEMORY)
#define OF_MEMORY (1u << ABI_RLIMIT_DATA | 1u << ABI_RLIMIT_STACK | 1u << ABI_RLIMIT_AS)

static struct mutex mutex;
static struct abi_rlimit limits_kept[ABI_RLIMITS];
static uint32_t set; /* those that are in `limits_kept` */

/* What a limit is unless it is set. */
static struct abi_rlimit
limit_at_start(unsigned resource)
{
	uint64_t value = ABI_RLIM_INFINITY;

	if (resource == ABI_RLIMIT_STACK)
		value = start_stack_size();
	else if (resource == ABI_RLIMIT_NOFILE)
		value = DESCRIPTORS_MAX;
	else if (resource == ABI_RLIMIT_SIGPENDING)
		value = SIGNALS_PENDING_MAX;
	else if (resource == ABI_RLIMIT_MSGQUEUE)
		value = QUEUE_BYTES_MAX;
	else if (resource == ABI_RLIMIT_CORE)
		return (struct abi_rlimit){0, ABI_RLIM_INFINITY};
	return (struct abi_rlimit){value, value};
}

static uint64_t
soft_limit(unsigned resource)
{
	return set & 1u << resource ? limits_kept[resource].soft : ABI_RLIM_INFINITY;
}

/* Passes a limit on to those who hold the program to it. */
static void
apply_limit(unsigned resource)
{
	struct mapping_limits memory = {.space = soft_limit(ABI_RLIMIT_AS),
					.data = soft_limit(ABI_RLIMIT_DATA),
					.stack = soft_limit(ABI_RLIMIT_STACK)};

	if (!memory.data)
		memory.data =
			limits_kept[ABI_RLIMIT_DATA].hard; /* Linux too, for Valgrind's sake */
	if (resource == ABI_RLIMIT_NOFILE)
		descriptor_set_limit((unsigned)limits_kept[resource].soft);
	else if (resource == ABI_RLIMIT_MSGQUEUE)
		queue_set_limit(limits_kept[resource].soft);
	else if (OF_MEMORY & 1u << resource)
		mapping_limit_set(&memory);
}

static int64_t
change_limit(unsigned resource, const struct abi_rlimit *new, struct abi_rlimit *old)
{
	struct abi_rlimit before = limit_at_start(resource);
	struct abi_rlimit wanted = new ? *new : before;
	int64_t result = 0;

	mutex_lock(&mutex);
	if (set & 1u << resource)
		before = limits_kept[resource];
	if (wanted.soft > wanted.hard) {
		result = -EINVAL;
	} else if (new && resource == ABI_RLIMIT_NOFILE && wanted.hard > DESCRIPTORS_MAX) {
		result = -EPERM; /* as on Linux beyond its own most */
	} else if (new && resource == ABI_RLIMIT_STACK && wanted.soft > start_stack_size()) {
		result = -ENOTSUP; /* it does not grow */
	} else if (new && (LIMITS_KEPT & 1u << resource)) {
		limits_kept[resource] = wanted;
		set |= 1u << resource;
		apply_limit(resource);
	} else if (new && (wanted.soft != before.soft || wanted.hard != before.hard)) {
		result = -ENOTSUP;
	}
	mutex_unlock(&mutex);
	if (old && !result)
		*old = before;
	return result;
}

int64_t
sys_getrlimit(unsigned resource, struct abi_rlimit *limit)
{
	return resource < ABI_RLIMITS ? change_limit(resource, NULL, limit) : -EINVAL;
}

int64_t
sys_setrlimit(unsigned resource, const struct abi_rlimit *limit)
{
	return resource < ABI_RLIMITS ? change_limit(resource, limit, NULL) : -EINVAL;
}

int64_t
sys_prlimit64(int process, unsigned resource, const struct abi_rlimit *new, struct abi_rlimit *old)
{
	if (resource >= ABI_RLIMITS)
		return -EINVAL;
	if (process != 0 && process != PROCESS_ID)
		return -ESRCH;
	return change_limit(resource, new, old);
}
