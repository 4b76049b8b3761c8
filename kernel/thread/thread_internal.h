/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thread as the scheduler, the futexes and libc/ see it.
 */
#ifndef KERNEL_THREAD_INTERNAL_H
#define KERNEL_THREAD_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/cpu.h"
#include "kernel/base/cpu_set.h"
#include "kernel/cpu/trap.h"
#include "kernel/thread/deadline.h"
#include "kernel/thread/thread.h"

/*
 * What a system call saves at the top of the kernel stack, in memory order: pushed by
 * libc/calls/entry.asm, popped by app_return in boot/switch.asm.
 */
struct app_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx;
	uint64_t arg[6]; /* rdi, rsi, rdx, r10, r8, r9 */
	uint64_t rax;	 /* the call's number, then its result */
	uint64_t rip;	 /* from rcx */
	uint64_t rflags; /* from r11 */
	uint64_t rsp;
};
_Static_assert(sizeof(struct app_frame) == 128, "sixteen registers, so that calls are aligned");

enum thread_state {
	THREAD_READY,	/* in the run queue of thread->cpu */
	THREAD_RUNNING, /* on thread->cpu */
	THREAD_BLOCKED, /* parked; off its CPU */
	THREAD_MOVING,	/* between queues; belongs to whoever set this */
	THREAD_DEAD,	/* its successor on the CPU frees it */
};

#define THREAD_NO_CPU UINT32_MAX
#define THREAD_ID_LIMIT (1 << 22) /* as Linux; musl's locks have room for 2^29 */

/* Room in a thread for what libc/ keeps of it. */
#define THREAD_OWNER_SIZE 64

/*
 * What waits to be delivered to a thread before it goes on in the application: bits that mean
 * something to libc/ alone, which delivers them. All that the kernel does with them is to end a
 * sleep when one is due (thread_signalled()), and to have a new thread hold back what its maker
 * does. Whoever makes one due calls thread_unpark() or thread_interrupt().
 */
struct thread_events {
	uint64_t pending; /* changed atomically, by anybody */
	uint64_t held;	  /* not due, though pending; changed by the thread alone */
};

/*
 * Which of several runnable threads a CPU runs. Of those with a priority, from 1 to
 * THREAD_PRIORITY_MAX, the highest runs, until it waits for something; among equals in turns if
 * their `turns` are set, else in the order of their arrival. Where there are none, all others share
 * the time, by their weights.
 */
#define THREAD_PRIORITY_MAX 99
#define THREAD_NICE_LEAST (-20)
#define THREAD_NICE_MOST 19
struct thread_policy {
	uint8_t priority; /* 0: none */
	bool turns;
	int8_t nice;	  /* 5 steps are about three times less time */
	uint8_t kind;	  /* libc/'s: by what name this was asked for */
};

struct thread {
	uint64_t kernel_rsp;	   /* while it does not run */
	uint64_t kernel_stack_top;
	uint64_t interrupt_stack_top; /* lower only in thread_breathe() */
	uint64_t fs_base;	   /* musl's thread pointer */
	void *fpu;		   /* its registers while it does not run; NULL: an idle thread */
	uint32_t fpu_cpu;	   /* the CPU that has loaded them last, THREAD_NO_CPU: none */

	/* Under the lock of the run queue of `cpu`. */
	enum thread_state state;
	uint32_t cpu;
	bool unparked;		   /* thread_unpark() came before thread_park() */
	struct cpu_set affinity;
	uint32_t only_cpu;	   /* the one CPU of affinity, THREAD_NO_CPU when it has more */
	bool heirs_roam;	   /* threads that it makes may run everywhere */
	struct thread *next, *previous;
	struct thread_policy policy;
	int64_t virtual_time;	   /* ns; off the queue: what it is ahead of the queue's time */
	uint64_t left_at;	   /* when it blocked, clock_ns() */
	uint64_t run_time;	   /* ns that it has run in all, up to its last switch */

	struct deadline deadline;  /* of thread_park() */

	int id;			   /* from 1 */
	struct thread *next_by_id;
	char name[THREAD_NAME_SIZE];

	bool strayed; /* its system call has touched what is not there: libc/ has it fail */
	struct thread_events events;
	uint64_t owner[THREAD_OWNER_SIZE / sizeof(uint64_t)]; /* libc/'s, zero at the start */
};

static inline struct thread *
thread_current(void)
{
	return cpu_this()->current;
}

/* Whether an event is due to a thread: what it waits in ends with -EINTR. */
static inline bool
thread_signalled(const struct thread *thread)
{
	return (__atomic_load_n(&thread->events.pending, __ATOMIC_ACQUIRE) &
		~thread->events.held) != 0;
}

/*
 * Sleeps until thread_unpark(), a deadline in clock_ns() time, or for no reason: callers loop on
 * what they wait for. An unpark that came since the last park makes it return at once.
 * System call context.
 */
void thread_park(uint64_t deadline);

/* Ends a thread's sleep, or its next one. The caller keeps the thread from ending. Any context. */
void thread_unpark(struct thread *thread);

/* Lets the other threads of this CPU run first. System call context. */
void thread_yield(void);

/*
 * Takes the interrupts that have come meanwhile, and lets another thread run if it is its turn: for
 * long system calls, between two steps. The caller may be on another CPU then. System call context,
 * with no spinlock held.
 */
void thread_breathe(void);

/*
 * Makes a thread that returns to the application with `frame`, a copy of the caller's vector
 * registers, affinity and held events, and readies it. `started(thread, argument)` is called
 * before it can run. Returns its id, or -ENOMEM, -EAGAIN (no id left). System call context.
 */
int thread_create(const struct app_frame *frame, uint64_t fs_base,
		  void (*started)(struct thread *thread, void *argument), void *argument);

/* Ends the calling thread; its kernel stack goes with it. System call context. */
void thread_exit(void) __attribute__((noreturn));

/*
 * Calls use(thread, argument) with the thread of an id, which cannot end meanwhile; id 0 is the
 * caller. `use` does not block. Returns what it returns, or -ESRCH. Any context.
 */
int thread_with(int id, int (*use)(struct thread *thread, void *argument), void *argument);

/* Whether the thread of an id has not ended; id 0 is the caller. Any context. */
bool thread_exists(int id);

/* Calls use(thread, argument) for each thread until one call returns non-zero, and returns that. */
int thread_for_each(int (*use)(struct thread *thread, void *argument), void *argument);

/* Threads that have not ended, the idle ones not counted. */
unsigned thread_count(void);

/* Sets the name, cut to THREAD_NAME_SIZE - 1 characters. */
void thread_set_name(struct thread *thread, const char *name);

/* ns that the thread has run, its present turn included; and all, those that have ended as well. */
uint64_t thread_run_time(struct thread *thread);
uint64_t thread_run_time_all(void);

/* Changes by which rule a thread runs, at once. For another thread from within thread_with(). */
void thread_set_policy(struct thread *thread, const struct thread_policy *policy);

/*
 * Changes where a thread may run: CPUs that do not exist are ignored. One that may not stay is
 * moved: the caller before this returns, another at once. Returns 0, or -EINVAL (no CPU is left).
 * System call context; for another thread from within thread_with().
 */
int thread_set_affinity(struct thread *thread, const struct cpu_set *set);

/*
 * The hook is called with the frame of an interrupt that is about to return to the application's
 * code of the current thread, after the scheduler had its say. NULL: none. Set once, at start.
 */
void thread_set_return_hook(void (*hook)(struct trap_frame *frame));

/*
 * Makes a thread that runs pass the return hook soon, the calling one as well. Any context; the
 * caller keeps the thread from ending.
 */
void thread_interrupt(struct thread *thread);

/* boot/switch.asm */
void switch_stacks(uint64_t *save, uint64_t load);
void switch_first(void);
void app_return(void);
void app_resume(const struct trap_frame *frame) __attribute__((noreturn));

#endif
