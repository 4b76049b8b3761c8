/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contexts, and who uses one. A context's id is the address where the program has its ring. The
 * ring is a mapping like others, which the program may take away: the kernel has it at its own
 * address, and keeps it until nothing shows it any more.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/aio/aio.h"
#include "libc/base/abi.h"
#include "libc/base/grant.h"
#include "libc/base/pool.h"
#include "libc/base/user.h"

#define BUCKETS 64

/* Nothing but a run queue's lock is taken within it. */
static struct spinlock contexts_lock = SPINLOCK_INIT;
static struct pool contexts = {.size = sizeof(struct aio_context)};
static struct aio_context *table[BUCKETS];
static uint32_t last_number;

static struct aio_context **
bucket_of(uint64_t id)
{
	return &table[id / PAGE_4K % BUCKETS];
}

static void
hold(struct aio_context *context)
{
	spin_assert_held(&contexts_lock);
	assert_that(context->references < POOL_REFERENCES_MAX);
	context->references++;
}

static void
give_context_back(struct aio_context *context)
{
	uint64_t flags = spin_lock(&contexts_lock);

	pool_give(&contexts, context);
	spin_unlock(&contexts_lock, flags);
}

/* Lets go of a context; frees it with the last. */
static void
let_go(struct aio_context *context)
{
	uint64_t flags = spin_lock(&contexts_lock);
	bool last = --context->references == 0;

	spin_unlock(&contexts_lock, flags);
	if (!last)
		return;
	grant_return(context->ring, context->size);
	give_context_back(context);
}

/* -- The ring's mapping ------------------------------------------------------------------------ */

static struct aio_context *
context_of(struct mapping_owner *owner)
{
	return CONTAINER_OF(owner, struct aio_context, mapping);
}

static int
show_ring_page(struct mapping_owner *owner, uint64_t index, uint64_t *frame)
{
	const struct aio_context *context = context_of(owner);

	*frame = (uint64_t)context->ring + index * PAGE_4K;
	return index < context->size / PAGE_4K ? 0 : -ENXIO;
}

static void
mapping_holds(struct mapping_owner *owner)
{
	uint64_t flags = spin_lock(&contexts_lock);

	hold(context_of(owner));
	spin_unlock(&contexts_lock, flags);
}

static void
mapping_lets_go(struct mapping_owner *owner)
{
	let_go(context_of(owner));
}

static int64_t
map_ring(struct aio_context *context)
{
	struct mapping_request request = {
		.length = context->size,
		.shared = true,
		.protection = ABI_PROT_READ | ABI_PROT_WRITE,
		.owner = &context->mapping,
	};
	int64_t base;

	context->mapping = (struct mapping_owner){.page = show_ring_page,
						  .hold = mapping_holds,
						  .drop = mapping_lets_go,
						  .name = "/[aio] (deleted)"};
	base = mapping_map(&request);
	if (base > 0)
		(void)mapping_populate((uint64_t)base, context->size);
	return base;
}

/* -- Making and finding ------------------------------------------------------------------------ */

struct aio_context *
aio_context_make(uint32_t asked, uint32_t room)
{
	uint64_t flags = spin_lock(&contexts_lock);
	struct aio_context *context = pool_take(&contexts);
	int64_t base;

	spin_unlock(&contexts_lock, flags);
	if (!context)
		return NULL;
	context->asked = asked;
	context->references = 1;
	if (aio_ring_make(context, room)) {
		give_context_back(context);
		return NULL;
	}
	base = map_ring(context);
	if (base < 0) {
		let_go(context);
		return NULL;
	}
	context->id = (uint64_t)base;
	return context;
}

void
aio_context_enter_table(struct aio_context *context)
{
	uint64_t flags = spin_lock(&contexts_lock);
	struct aio_context **bucket = bucket_of(context->id);

	context->ring->id = last_number++;
	context->next = *bucket;
	*bucket = context;
	spin_unlock(&contexts_lock, flags);
}

/* Linux looks into the ring: there is no context when that is not there. */
static bool
is_ring(uint64_t id)
{
	return id && user_readable((const void *)id, sizeof(struct abi_aio_ring));
}

/* Where a context is in the table: a link that is NULL when there is none. */
static struct aio_context **
find_context(uint64_t id)
{
	struct aio_context **link = bucket_of(id);

	spin_assert_held(&contexts_lock);
	while (*link && (*link)->id != id)
		link = &(*link)->next;
	return link;
}

/* -- Using ------------------------------------------------------------------------------------- */

struct aio_context *
aio_context_enter(uint64_t id)
{
	struct aio_context *context = NULL;
	uint64_t flags;

	if (!is_ring(id))
		return NULL;
	flags = spin_lock(&contexts_lock);
	context = *find_context(id);
	if (context) {
		hold(context);
		context->calls++;
	}
	spin_unlock(&contexts_lock, flags);
	return context;
}

/* What a context that is being destroyed has less of: its destroyer looks again. */
static void
count_down(struct aio_context *context, unsigned *count)
{
	uint64_t flags = spin_lock(&contexts_lock);

	assert_that(*count > 0);
	(*count)--;
	if (context->destroyer)
		thread_unpark(context->destroyer);
	spin_unlock(&contexts_lock, flags);
	let_go(context);
}

void
aio_context_leave(struct aio_context *context)
{
	count_down(context, &context->calls);
}

void
aio_context_add_request(struct aio_context *context)
{
	uint64_t flags = spin_lock(&contexts_lock);

	hold(context);
	context->requests++;
	spin_unlock(&contexts_lock, flags);
}

void
aio_context_drop_request(struct aio_context *context)
{
	count_down(context, &context->requests);
}

/* -- Destroying -------------------------------------------------------------------------------- */

struct aio_context *
aio_context_take_out(uint64_t id)
{
	struct aio_context **link, *context;
	uint64_t flags;

	if (!is_ring(id))
		return NULL;
	flags = spin_lock(&contexts_lock);
	link = find_context(id);
	context = *link;
	if (context) {
		*link = context->next;
		WRITE_ONCE(context->dead, true);
		context->destroyer = thread_current();
	}
	spin_unlock(&contexts_lock, flags);
	return context;
}

static void
await_none(const unsigned *count)
{
	for (;;) {
		uint64_t flags = spin_lock(&contexts_lock);
		bool none = *count == 0;

		spin_unlock(&contexts_lock, flags);
		if (none)
			return;
		thread_park(THREAD_NO_DEADLINE);
	}
}

void
aio_context_await_calls(struct aio_context *context)
{
	await_none(&context->calls);
}

void
aio_context_end(struct aio_context *context)
{
	await_none(&context->requests);
	context->destroyer = NULL;
	let_go(context);
}
