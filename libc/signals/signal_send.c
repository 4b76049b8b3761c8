/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calls that send signals: to a thread by its id, or to the program, which is the one process.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/errno.h"
#include "libc/base/syscall.h"
#include "libc/signals/signal.h"
#include "libc/signals/signal_discard.h"

static int
check_signal(int signal)
{
	return signal < 0 || signal > ABI_SIGNALS ? -EINVAL : 0;
}

static bool
is_program(int process)
{
	return process == 0 || process == -1 || process == PROCESS_ID || process == -PROCESS_ID;
}

/* Signal 0: only whether there is such a thread. */
static int
send_to_thread(struct thread *thread, void *argument)
{
	const struct abi_siginfo *info = argument;
	int result = check_signal(info->signal);

	if (!result && info->signal)
		result = signal_send_info(thread, info, NULL);
	return result < 0 ? result : 0;
}

static int64_t
send_to_id(int id, const struct abi_siginfo *info)
{
	struct abi_siginfo copy = *info;

	if (id <= 0)
		return -EINVAL;
	if (!check_signal(info->signal) && info->signal)
		signal_discard_opposite(info->signal);
	return thread_with(id, send_to_thread, &copy);
}

static int64_t
send_to_program(const struct abi_siginfo *info)
{
	int64_t result = check_signal(info->signal);

	if (!result && info->signal) {
		signal_discard_opposite(info->signal);
		result = signal_send_program_info(info, NULL);
	}
	return result < 0 ? result : 0;
}

int64_t
sys_kill(int process, int signal)
{
	struct abi_siginfo info = {
		.signal = signal, .code = ABI_SI_USER, .process = PROCESS_ID};

	return is_program(process) ? send_to_program(&info) : -ESRCH;
}

int64_t
sys_tkill(int id, int signal)
{
	struct abi_siginfo info = {
		.signal = signal, .code = ABI_SI_TKILL, .process = PROCESS_ID};

	return send_to_id(id, &info);
}

int64_t
sys_tgkill(int process, int id, int signal)
{
	if (process <= 0)
		return -EINVAL;
	return process == PROCESS_ID ? sys_tkill(id, signal) : -ESRCH;
}

/* What it carries is the caller's affair, as long as it is about itself: and it is. */
int64_t
sys_rt_sigqueueinfo(int process, int signal, const struct abi_siginfo *info)
{
	struct abi_siginfo copy = *info;

	copy.signal = signal;
	return process == PROCESS_ID ? send_to_program(&copy) : -ESRCH;
}

int64_t
sys_rt_tgsigqueueinfo(int process, int id, int signal, const struct abi_siginfo *info)
{
	struct abi_siginfo copy = *info;

	copy.signal = signal;
	if (process <= 0)
		return -EINVAL;
	return process == PROCESS_ID ? send_to_id(id, &copy) : -ESRCH;
}
