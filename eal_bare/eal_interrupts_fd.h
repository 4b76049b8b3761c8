/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes, eventfd and timerfd as sources of interrupts: what an application or a virtual device's
 * driver gives to rte_intr_callback_register(). Each has an event (eal_event.h) that is marked
 * when the descriptor becomes readable. All functions: thread context.
 */
#ifndef EAL_BARE_EAL_INTERRUPTS_FD_H
#define EAL_BARE_EAL_INTERRUPTS_FD_H

#include <stdbool.h>

struct eal_event;
struct rte_intr_handle;

/*
 * Begins to watch a descriptor. Returns its event, or NULL with errno: EBADF, EPERM (a file that
 * is always readable), ENOMEM, or why there is no thread to watch it.
 */
struct eal_event *intr_fd_open(int fd);

/* Ends it. An event that is not a descriptor's, or NULL, is left alone. */
void intr_fd_close(struct eal_event *event);

/*
 * Takes from the handle's descriptor what its type has the interrupt thread read before callbacks
 * run, as on Linux: a count of UIO's or of a timer's, nothing where the callback reads itself,
 * else one byte. Returns whether to run them; a descriptor that is at its end or cannot be read is
 * logged, and not watched any more.
 */
bool intr_fd_read(const struct rte_intr_handle *handle);

/* Watches the descriptor again, after the callbacks of its last event. */
void intr_fd_rearm(int fd);

/*
 * rte_intr_enable() and _disable() for a descriptor: writes 1 or 0 to one of UIO's type, as on
 * Linux. Returns 0, or -1 after saying why.
 */
int intr_fd_switch(const struct rte_intr_handle *handle, bool on);

/* Ends the thread. No descriptor may be open. */
void intr_fd_cleanup(void);

#endif
