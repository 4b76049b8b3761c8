/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An epoll instance and what it watches. A watched file is known by its open file and the
 * descriptor that it was given by, as on Linux: it stays while the open file lives, be it by
 * another descriptor.
 */
#ifndef LIBC_EPOLL_WATCH_H
#define LIBC_EPOLL_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/compiler.h"
#include "kernel/base/spinlock.h"
#include "libc/files/ready.h"

#define ABI_EPOLLEXCLUSIVE (1u << 28)
#define ABI_EPOLLWAKEUP (1u << 29)
#define ABI_EPOLLONESHOT (1u << 30)
#define ABI_EPOLLET (1u << 31)

struct abi_epoll_event {
	uint32_t events;
	uint64_t data;
} __packed;
_Static_assert(sizeof(struct abi_epoll_event) == 12, "packed on x86-64");

struct file;
struct pool;

/* Instances and what they watch; files' own locks are taken within it, and ready_lock last. */
extern struct spinlock epoll_lock;

struct epoll_watch {
	struct ready_watch source;
	struct epoll_instance *instance;
	struct file *file; /* not held: closing it ends the watch */
	int descriptor;
	uint32_t wanted; /* ABI_POLL*, ABI_EPOLL*; without ABI_POLL*: spent */
	uint64_t data;
	struct epoll_watch *next;	  /* of the same instance */
	struct epoll_watch *next_of_file; /* of the same open file */

	/* Under ready_lock. */
	struct epoll_watch *next_ready;
	bool listed; /* as ready, or to be looked at now */
};

struct epoll_instance {
	struct file *file;
	struct epoll_watch *watches;

	/* Under ready_lock: what may be ready, that which has waited longest first. */
	struct epoll_watch *first_ready, *last_ready;
	struct ready_source source; /* of who watches the instance itself */
};

/* -- epoll_watch.c; with epoll_lock held ------------------------------------------------------ */

/* The watch of a file and a descriptor; NULL. */
struct epoll_watch *epoll_watch_find(struct epoll_instance *instance, const struct file *file,
				     int descriptor);

/* Watches a file. Returns 0, or -ENOMEM. */
int epoll_watch_add(struct epoll_instance *instance, struct file *file, int descriptor,
		    const struct abi_epoll_event *event);
void epoll_watch_change(struct epoll_watch *watch, const struct abi_epoll_event *event);
void epoll_watch_remove(struct epoll_watch *watch);

/* -- epoll_ready.c; with epoll_lock held ------------------------------------------------------ */

extern struct pool epoll_instances;

/* The instance that an open file is; NULL: it is another file. */
struct epoll_instance *epoll_of(const struct file *file);

/* Which of the wanted events hold for a watched file now. */
uint32_t epoll_ready_look(const struct epoll_watch *watch);

/* Takes the events of up to `limit` files. Returns how many. */
int epoll_ready_take(struct epoll_instance *instance, struct abi_epoll_event *events, int limit);

/* Whether there are any; what is listed in vain is taken off. */
bool epoll_ready_any(struct epoll_instance *instance);

/* Lists a watch as ready, behind the others, and notifies who watches the instance. */
void epoll_ready_list(struct epoll_watch *watch);

/* Takes a watch off, if it is listed. With ready_lock held as well. */
void epoll_ready_unlist(struct epoll_watch *watch);

/* What a source calls. ready_lock alone is held. */
void epoll_ready_notify(struct ready_watch *source, uint32_t events);

/* -- epoll_nest.c ------------------------------------------------------------------------------ */

/* Whether an instance may watch another: 0, or -ELOOP. epoll_lock is held. */
int epoll_nest_check(const struct epoll_instance *outer, const struct epoll_instance *inner);

#endif
