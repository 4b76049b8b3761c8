/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * membarrier(): when it returns, every CPU that ran a thread of the program has passed a barrier.
 * An interrupt is one (Intel SDM vol. 3 §8.3: IRET serializes), and so is a switch of threads; a
 * CPU that idles has none to pass. So a CPU that polls is interrupted once, by this call alone.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/time/clock.h"
#include "libc/base/syscall.h"

#define ABI_MEMBARRIER_QUERY 0
#define ABI_MEMBARRIER_GLOBAL (1 << 0)
#define ABI_MEMBARRIER_GLOBAL_EXPEDITED (1 << 1)
#define ABI_MEMBARRIER_REGISTER_GLOBAL_EXPEDITED (1 << 2)
#define ABI_MEMBARRIER_PRIVATE_EXPEDITED (1 << 3)
#define ABI_MEMBARRIER_REGISTER_PRIVATE_EXPEDITED (1 << 4)
#define ABI_MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE (1 << 5)
#define ABI_MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE (1 << 6)
#define COMMANDS 0x7f

#define DEADLINE NS_PER_SECOND
#define PAUSE (20 * NS_PER_US)

static bool private_registered, sync_registered;

/* Whether a CPU runs the thread that it ran, and has not been interrupted since. */
static bool
goes_on(const struct cpu *cpu, const struct thread *thread, uint64_t interrupts)
{
	return READ_ONCE(cpu->current) == thread && READ_ONCE(cpu->interrupts) == interrupts;
}

/* Has one CPU pass a barrier; this one's goes on in the meantime, as another may wait for it. */
static int64_t
pass(struct cpu *cpu)
{
	uint64_t interrupts = READ_ONCE(cpu->interrupts);
	const struct thread *thread = READ_ONCE(cpu->current);
	uint64_t deadline = clock_deadline_ns(DEADLINE);

	if (!thread || !thread->fpu)
		return 0; /* it idles */
	ipi_kick(cpu->index);
	while (goes_on(cpu, thread, interrupts)) {
		if (clock_passed(deadline))
			return -EBUSY;
		thread_park(clock_deadline_ns(PAUSE));
	}
	return 0;
}

static int64_t
pass_all(void)
{
	int64_t result = 0;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < cpu_count() && !result; i++)
		if (cpu_get(i) != cpu_this())
			result = pass(cpu_get(i));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return result;
}

int64_t
sys_membarrier(int command, unsigned flags)
{
	if (flags)
		return -EINVAL;
	switch (command) {
	case ABI_MEMBARRIER_QUERY:
		return COMMANDS;
	case ABI_MEMBARRIER_REGISTER_PRIVATE_EXPEDITED:
		WRITE_ONCE(private_registered, true);
		return 0;
	case ABI_MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
		WRITE_ONCE(sync_registered, true);
		return 0;
	case ABI_MEMBARRIER_REGISTER_GLOBAL_EXPEDITED:
		return 0; /* all threads are this program's, and always meant */
	case ABI_MEMBARRIER_PRIVATE_EXPEDITED:
		return READ_ONCE(private_registered) ? pass_all() : -EPERM;
	case ABI_MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE:
		return READ_ONCE(sync_registered) ? pass_all() : -EPERM;
	case ABI_MEMBARRIER_GLOBAL:
	case ABI_MEMBARRIER_GLOBAL_EXPEDITED:
		return pass_all();
	default:
		return -EINVAL;
	}
}
