/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of descriptors.
 */
#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"

struct descriptor {
	struct file *file;
	bool close_on_exec;
};

#define SETTABLE_FLAGS (ABI_O_APPEND | ABI_O_NONBLOCK | ABI_O_DIRECT | ABI_O_NOATIME)

static struct descriptor slots[DESCRIPTORS_MAX];
static int limit = DESCRIPTORS_MAX; /* for new ones: RLIMIT_NOFILE */

void
descriptor_set_limit(unsigned count)
{
	uint64_t saved = spin_lock(&files_lock);

	assert_that(count <= DESCRIPTORS_MAX);
	limit = (int)count;
	spin_unlock(&files_lock, saved);
}

static bool
is_open(int descriptor)
{
	spin_assert_held(&files_lock);
	return descriptor >= 0 && descriptor < DESCRIPTORS_MAX && slots[descriptor].file;
}

const struct file *
descriptor_peek(int descriptor)
{
	spin_assert_held(&files_lock);
	return is_open(descriptor) ? slots[descriptor].file : NULL;
}

/* The open file of a descriptor, held, if it has none of the flags `unfit`. */
static inline struct file *
get_fit(int descriptor, uint32_t unfit)
{
	uint64_t saved = spin_lock(&files_lock);
	struct file *file = is_open(descriptor) ? slots[descriptor].file : NULL;

	if (file && (file->flags & unfit))
		file = NULL;
	if (file) {
		assert_that(file->references > 0 && file->references < POOL_REFERENCES_MAX);
		file->references++;
	}
	spin_unlock(&files_lock, saved);
	return file;
}

struct file *
file_get_any(int descriptor)
{
	return get_fit(descriptor, 0);
}

struct file *
file_get(int descriptor)
{
	return get_fit(descriptor, ABI_O_PATH);
}

int
descriptor_add(struct file *file, int from, bool close_on_exec)
{
	uint64_t saved = spin_lock(&files_lock);
	int result = -EMFILE;

	for (int i = from; i < limit && result < 0; i++) {
		if (slots[i].file)
			continue;
		slots[i] = (struct descriptor){file, close_on_exec};
		result = i;
	}
	spin_unlock(&files_lock, saved);
	return result;
}

int
descriptor_add_new(struct file *file, int flags)
{
	int result = file ? descriptor_add(file, 0, flags & ABI_O_CLOEXEC) : -ENOMEM;

	if (file && result < 0)
		file_put(file);
	return result;
}

/* Takes an open file out of the table, with its reference. */
static struct file *
take_file(int descriptor)
{
	uint64_t saved = spin_lock(&files_lock);
	struct file *file = is_open(descriptor) ? slots[descriptor].file : NULL;

	if (file)
		slots[descriptor].file = NULL;
	spin_unlock(&files_lock, saved);
	return file;
}

/* A file has a descriptor less. */
static void
close_file(struct file *file)
{
	if (file->operations->flush)
		file->operations->flush(file);
	file_put(file);
}

int
descriptor_close(int descriptor)
{
	struct file *file = take_file(descriptor);

	if (!file)
		return -EBADF;
	close_file(file);
	return 0;
}

int
descriptor_add_pair(struct file *const files[2], bool close_on_exec, int32_t descriptors[2])
{
	int first = -ENOMEM, second;

	if (files[0] && files[1])
		first = descriptor_add(files[0], 0, close_on_exec);
	second = first < 0 ? first : descriptor_add(files[1], 0, close_on_exec);
	if (second >= 0) {
		descriptors[0] = first;
		descriptors[1] = second;
		return 0;
	}
	if (first >= 0)
		descriptor_close(first);
	else if (files[0])
		file_put(files[0]);
	if (files[1])
		file_put(files[1]);
	return second;
}

int64_t
sys_close(int descriptor)
{
	return descriptor_close(descriptor);
}

/* Duplicates to the lowest free descriptor >= from. */
static int64_t
duplicate(int descriptor, int from, bool close_on_exec)
{
	struct file *file = file_get_any(descriptor);
	int result;

	if (!file)
		return -EBADF;
	result = from < 0 || from >= READ_ONCE(limit)
			 ? -EINVAL
			 : descriptor_add(file, from, close_on_exec);
	if (result < 0)
		file_put(file);
	return result;
}

int64_t
sys_dup(int descriptor)
{
	return duplicate(descriptor, 0, false);
}

/* Duplicates to a certain descriptor; what it was is closed. */
static int64_t
duplicate_to(int from, int to, bool close_on_exec)
{
	struct file *file = file_get_any(from);
	struct file *before;
	uint64_t saved;

	if (!file || to < 0 || to >= READ_ONCE(limit)) {
		if (file)
			file_put(file);
		return -EBADF;
	}
	saved = spin_lock(&files_lock);
	before = slots[to].file;
	slots[to] = (struct descriptor){file, close_on_exec};
	spin_unlock(&files_lock, saved);
	if (before)
		close_file(before);
	return to;
}

/* The flag has no effect, since there is no exec, but it is kept. */
static int64_t
close_on_exec(int descriptor, bool set, uint64_t value)
{
	uint64_t saved = spin_lock(&files_lock);
	int64_t result = -EBADF;

	if (is_open(descriptor)) {
		result = set ? 0 : slots[descriptor].close_on_exec ? ABI_FD_CLOEXEC : 0;
		if (set)
			slots[descriptor].close_on_exec = value & ABI_FD_CLOEXEC;
	}
	spin_unlock(&files_lock, saved);
	return result;
}

/* Onto itself it changes nothing. */
int64_t
sys_dup2(int from, int to)
{
	if (from == to)
		return close_on_exec(from, false, 0) < 0 ? -EBADF : from;
	return duplicate_to(from, to, false);
}

int64_t
sys_dup3(int from, int to, int flags)
{
	if (from == to || (flags & ~ABI_O_CLOEXEC))
		return -EINVAL;
	return duplicate_to(from, to, flags & ABI_O_CLOEXEC);
}

static int64_t
set_flags(struct file *file, uint64_t value)
{
	uint64_t saved = spin_lock(&files_lock);

	file->flags &= ~(uint32_t)SETTABLE_FLAGS;
	file->flags |= value & SETTABLE_FLAGS;
	spin_unlock(&files_lock, saved);
	return 0;
}

/* Record locks are between processes, and there is one: each is granted, and none is in the way. */
static int64_t
record_lock(unsigned command, int16_t *lock)
{
	if (!user_writable(lock, ABI_FLOCK_SIZE))
		return -EFAULT;
	if (command == ABI_F_GETLK)
		*lock = ABI_F_UNLCK;
	return 0;
}

/* What concerns the open file. */
static int64_t
control(struct file *file, unsigned command, uint64_t argument)
{
	switch (command) {
	case ABI_F_GETFL:
		return file->flags;
	case ABI_F_SETFL:
		return set_flags(file, argument);
	case ABI_F_GETLK:
	case ABI_F_SETLK:
	case ABI_F_SETLKW:
		return record_lock(command, (int16_t *)argument);
	case ABI_F_ADD_SEALS:
		if (!file_writes(file))
			return -EPERM;
		break;
	}
	if (file->operations->fcntl)
		return file->operations->fcntl(file, command, argument);
	return command == ABI_F_SETPIPE_SZ || command == ABI_F_GETPIPE_SZ ? -EBADF : -EINVAL;
}

int64_t
sys_fcntl(int descriptor, unsigned command, uint64_t argument)
{
	struct file *file;
	int64_t result;

	switch (command) {
	case ABI_F_DUPFD:
	case ABI_F_DUPFD_CLOEXEC:
		return duplicate(descriptor, (int)argument, command == ABI_F_DUPFD_CLOEXEC);
	case ABI_F_GETFD:
	case ABI_F_SETFD:
		return close_on_exec(descriptor, command == ABI_F_SETFD, argument);
	default:
		file = command == ABI_F_GETFL ? file_get_any(descriptor) : file_get(descriptor);
		if (!file)
			return -EBADF;
		result = control(file, command, argument);
		file_put(file);
		return result;
	}
}
