/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals: as far as a program without other processes has use for them. A signal whose action is
 * the default one ends the program, with 128 + its number as status; a handler runs on the stack
 * of the thread that takes the signal, when that returns to its own code.
 */
#ifndef LIBC_SIGNAL_H
#define LIBC_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"

#define SIGNAL_BIT(signal) (1ULL << ((signal)-1))
#define SIGNALS_PENDING_MAX 4096 /* those that are queued: RLIMIT_SIGPENDING */
#define SIGNALS_NEVER_HELD (SIGNAL_BIT(ABI_SIGKILL) | SIGNAL_BIT(ABI_SIGSTOP))

/* An action as rt_sigaction() has it. */
struct abi_sigaction {
	uint64_t handler; /* or one of these two */
	uint64_t flags;
	uint64_t restorer;
	uint64_t mask;
};
#define ABI_SIG_DFL 0
#define ABI_SIG_IGN 1
#define ABI_SA_ONSTACK 0x08000000
#define ABI_SA_RESTART 0x10000000
#define ABI_SA_NODEFER 0x40000000
#define ABI_SA_RESETHAND 0x80000000

/* siginfo_t: what follows the code depends on it. */
struct abi_siginfo {
	int32_t signal, error, code, padding;
	union {
		uint64_t address; /* of a fault */
		struct {
			int32_t process; /* or a timer's id */
			uint32_t user;	 /* or how often it has expired unnoticed */
			uint64_t value;
		};
		uint8_t room[112];
	};
};
_Static_assert(sizeof(struct abi_siginfo) == 128, "siginfo_t");
#define ABI_SI_USER 0
#define ABI_SI_QUEUE (-1)
#define ABI_SI_TIMER (-2)
#define ABI_SI_TKILL (-6)
#define ABI_SI_KERNEL 0x80

/* What waits to be taken. A sender may have one of its own, which then is used again and again. */
struct signal_entry {
	struct signal_entry *next;
	struct abi_siginfo info;
	bool of_program; /* sent to the program */

	/*
	 * Of an entry of its own: it is no longer pending. `info` is what is about to be delivered,
	 * and may be changed; NULL: the signal was ignored, or its thread has ended. Returns
	 * whether it is to be delivered. Called without a lock, in any context.
	 */
	bool (*taken)(struct signal_entry *entry, struct abi_siginfo *info);
};

/* What was taken. */
struct signal_taken {
	struct abi_siginfo info;
	struct signal_entry *entry; /* its sender's own; NULL: none */
};

/* -- signals.c --------------------------------------------------------------------------------- */

/*
 * Sends a signal to a thread, in thread_with(), or to the program: to a thread that does not hold
 * it back, or to whichever is the first not to. `own` may be NULL. Returns 0, -EAGAIN (no room to
 * queue it), -ENOTSUP (it would stop the program), or 1 when it is ignored. Any context. Does not
 * return when it ends the program.
 */
int signal_send_info(struct thread *thread, const struct abi_siginfo *info,
		     struct signal_entry *own);
int signal_send_program_info(const struct abi_siginfo *info, struct signal_entry *own);

/* The same for a signal that carries nothing but its number; `code` is ABI_SI_*. */
void signal_send(struct thread *thread, int signal);
void signal_send_program(int signal, int code);

/* Finds threads for those signals of the program that none has taken over. Any context. */
void signal_offer(uint64_t signals);

/* With signal_lock held: whether a signal that is not held back would be ignored. */
bool signal_is_ignored(int signal);

/*
 * The handler for a signal that comes of a fault, which may be for once: false when there is none.
 */
bool signal_take_handler(int signal, struct abi_sigaction *action);

/* Ends the program as the default action of a signal does. */
void signal_end_program(int signal) __attribute__((noreturn));

/*
 * The next signal that is due to the calling thread, with its action; false when there is none. One
 * with the default action has ended the program, one that is ignored is passed over.
 */
bool signal_take(struct abi_sigaction *action, struct abi_siginfo *info);

/* -- signal_mask.c ----------------------------------------------------------------------------- */

/*
 * Changes what the calling thread holds back. It takes over what was sent to the program and is not
 * held back any more, and leaves to the others what of that is.
 */
void signal_mask_set(uint64_t mask);

/*
 * For a call that waits with another mask: sets it, and afterwards sets the old one back, at once
 * or, when a handler is about to run, when that returns.
 */
void signal_mask_for_call(uint64_t mask);
void signal_mask_after_call(void);

/* The calling thread ends: what it leaves that was sent to the program is another's. */
void signal_thread_ends(void);

/* -- signal_deliver.c -------------------------------------------------------------------------- */

/* Registers the hooks for interrupts, faults, threads that end, and Ctrl-C. Boot CPU, once. */
void signal_init(void);

/* Delivers what is due after a system call; `number` is the call's, for one that is made again. */
void signal_after_call(struct app_frame *frame, uint64_t number);

/* -- signal_frame.c ---------------------------------------------------------------------------- */

/*
 * Makes a context, which is about to be the calling thread's, begin the handler of a signal;
 * what it was is put on the application's stack for rt_sigreturn(). Returns false when that cannot
 * be written; nothing has changed then.
 */
bool signal_frame_push(struct trap_frame *context, const struct abi_siginfo *info,
		       const struct abi_sigaction *action);

/* The same for one that is taken, or for all that are due: where that is not possible the program
 * ends by SIGSEGV.
 */
void signal_begin(struct trap_frame *context, const struct abi_siginfo *info,
		  const struct abi_sigaction *action);
void signal_begin_due(struct trap_frame *context);

/* -- signal_fault.c ---------------------------------------------------------------------------- */

/*
 * The hook for exceptions in the application's code: begins the handler of its signal. Returns
 * false, for a report, when there is none, or when the thread holds the signal back.
 */
bool signal_fault(struct trap_frame *frame);

#endif
