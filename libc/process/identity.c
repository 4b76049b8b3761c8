/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who and where the program is: process 1 of the superuser, on this machine; and what it has used.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/memory.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/random.h"
#include "libc/base/syscall.h"
#include "libc/base/system_name.h"

#define UTSNAME_FIELD 65

struct abi_utsname {
	char system[UTSNAME_FIELD], node[UTSNAME_FIELD], release[UTSNAME_FIELD];
	char version[UTSNAME_FIELD], machine[UTSNAME_FIELD], domain[UTSNAME_FIELD];
};

struct abi_sysinfo {
	int64_t uptime;
	uint64_t loads[3];
	uint64_t total, free, shared, buffers, swap_total, swap_free;
	uint16_t threads, padding;
	uint64_t high_total, high_free;
	uint32_t unit;
};
_Static_assert(sizeof(struct abi_sysinfo) == 112, "struct sysinfo of x86-64");

struct abi_rusage {
	struct abi_timeval user, system;
	int64_t rest[14];
};

#define ABI_RUSAGE_THREAD 1
#define ABI_RUSAGE_CHILDREN (-1) /* there are none */

/* The process is the only one of its group and its session. */
int64_t
sys_getpgid(int process)
{
	return process == 0 || process == PROCESS_ID ? PROCESS_ID : -ESRCH;
}

int64_t
sys_getresuid(uint32_t *real, uint32_t *effective, uint32_t *saved)
{
	*real = *effective = *saved = 0;
	return 0;
}

int64_t
sys_uname(struct abi_utsname *name)
{

	memset(name, 0, sizeof(*name));
	string_copy(name->system, SYSTEM_NAME, sizeof(name->system));
	string_copy(name->node, SYSTEM_HOST, sizeof(name->node));
	string_copy(name->release, SYSTEM_RELEASE, sizeof(name->release));
	string_copy(name->version, SYSTEM_VERSION, sizeof(name->version));
	string_copy(name->machine, "x86_64", sizeof(name->machine));
	return 0;
}

int64_t
sys_sysinfo(struct abi_sysinfo *info)
{

	*info = (struct abi_sysinfo){
		.uptime = (int64_t)(clock_ns() / NS_PER_SECOND),
		.threads = (uint16_t)MIN(thread_count(), (unsigned)UINT16_MAX),
		.unit = 1,
	};
	for (unsigned node = 0; node < memory_node_count(); node++) {
		struct memory_stats stats;

		memory_stats(node, &stats);
		info->total += stats.total;
		info->free += stats.free;
	}
	return 0;
}

/* The time that threads have run, as user time: the kernel's part is not counted apart. */
int64_t
sys_getrusage(int who, struct abi_rusage *usage)
{
	uint64_t ns = 0;

	if (who == ABI_RUSAGE_THREAD)
		ns = thread_run_time(thread_current());
	else if (who == 0)
		ns = thread_run_time_all();
	else if (who != ABI_RUSAGE_CHILDREN)
		return -EINVAL;
	*usage = (struct abi_rusage){
		.user = {(int64_t)(ns / NS_PER_SECOND), (int64_t)(ns % NS_PER_SECOND / NS_PER_US)},
	};
	return 0;
}

/* In ticks since the start: user, system, and both of children. */
int64_t
sys_times(int64_t *result)
{
	uint64_t ns = thread_run_time_all();

	if (result) {
		result[0] = (int64_t)(ns / ABI_TICK_NS);
		result[1] = result[2] = result[3] = 0;
	}
	return (int64_t)(clock_ns() / ABI_TICK_NS);
}

/* It never has to wait. */
int64_t
sys_getrandom(void *buffer, size_t size, unsigned flags)
{
	(void)flags;
	size = MIN(size, (size_t)INT32_MAX);
	random_fill(buffer, size);
	return (int64_t)size;
}
