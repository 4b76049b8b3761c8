/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making contexts, within limits, and destroying them.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "libc/aio/aio.h"
#include "libc/base/syscall.h"
#include "libc/base/tunables.h"
#include "libc/base/user.h"

#define EVENTS_MOST (256 * MB / sizeof(struct abi_io_event)) /* as Linux has it */
#define EVENTS_PER_CPU 4				     /* at least */

static struct spinlock counting_lock = SPINLOCK_INIT;

/* Counts a context's events in; whether all contexts may have so many. */
static bool
count_in(uint32_t asked)
{
	uint64_t flags = spin_lock(&counting_lock);
	bool fits = asked <= tunable_aio_max && tunable_aio_count <= tunable_aio_max - asked;

	if (fits)
		tunable_aio_count += asked;
	spin_unlock(&counting_lock, flags);
	return fits;
}

static void
count_out(uint32_t asked)
{
	uint64_t flags = spin_lock(&counting_lock);

	assert_that(tunable_aio_count >= asked);
	tunable_aio_count -= asked;
	spin_unlock(&counting_lock, flags);
}

/* Linux makes room for twice as many, and for each CPU: it is told of as it has it. */
static uint32_t
room_for(uint32_t asked)
{
	return MAX(asked, cpu_count() * EVENTS_PER_CPU) * 2;
}

int64_t
sys_io_setup(unsigned count, uint64_t *id)
{
	struct aio_context *context;

	if (*id || !count)
		return -EINVAL;
	if (room_for(count) > EVENTS_MOST)
		return -EINVAL;
	if (!user_writable(id, sizeof(*id)))
		return -EFAULT;
	if (!room_for(count) || !count_in(count))
		return -EAGAIN;
	context = aio_context_make(count, room_for(count));
	if (!context) {
		count_out(count);
		return -ENOMEM;
	}
	ready_set_after(aio_poll_settle);
	*id = context->id;
	aio_context_enter_table(context);
	return 0;
}

/* Returns when nothing of it is under way any more, as on Linux. */
int64_t
sys_io_destroy(uint64_t id)
{
	struct aio_context *context = aio_context_take_out(id);

	if (!context)
		return -EINVAL;
	count_out(context->asked);
	aio_ring_tell(context);
	mapping_remove(id, context->size);
	aio_context_await_calls(context);
	aio_poll_cancel_all(context);
	aio_context_end(context);
	return 0;
}
