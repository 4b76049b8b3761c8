/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes with a name. There is one as long as somebody has it open; the node has it meanwhile. Who
 * opens an end waits for the other to be opened, be it for a moment only; mknod(2), fifo(7).
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/events/pipe.h"
#include "libc/files/lookup.h"
#include "libc/files/ready.h"

/* Counts an end of the pipe of a node, which is `made` if there is none yet. */
static int
enter_end(struct file *file, struct pipe **made)
{
	struct ramfs_node *node = file->node;
	struct pipe *pipe = (struct pipe *)node->argument;
	struct pipe_end *end = file->state;

	spin_assert_held(&files_lock);
	if (!file_reads(file) && (file->flags & ABI_O_NONBLOCK) && (!pipe || !pipe->readers))
		return -ENXIO;
	if (!pipe) {
		pipe = *made;
		*made = NULL;
		pipe->node = node;
		node->argument = (uint64_t)pipe;
	}
	spin_lock(&pipe->lock);
	if (file_reads(file)) {
		end->in = pipe;
		pipe->readers++;
		pipe->reads++;
	}
	end->writes_at_open = pipe->writers ? pipe->writes - 1 : pipe->writes;
	if (file_writes(file)) {
		end->out = pipe;
		pipe->writers++;
		pipe->writes++;
	}
	spin_unlock(&pipe->lock, 0);
	return 0;
}

/* Waits until the other end is open, or has been since. Returns 0, or -EINTR. */
static int
meet(struct file *file)
{
	const struct pipe_end *end = file->state;
	const struct pipe *pipe = end->in ? end->in : end->out;
	const unsigned *open = end->in ? &pipe->writers : &pipe->readers;
	const unsigned *times = end->in ? &pipe->writes : &pipe->reads;
	unsigned before = READ_ONCE(*times);

	while (!READ_ONCE(*open) && READ_ONCE(*times) == before) {
		struct ready_state state;

		ready_look(&state);
		if (READ_ONCE(*open) || READ_ONCE(*times) != before)
			break;
		if (ready_wait(&state, THREAD_NO_DEADLINE) == -EINTR)
			return -EINTR;
	}
	return 0;
}

/* Opens an end of the pipe that the file's node names, and waits for the other. 0, or -errno. */
static int
fifo_open(struct file *file)
{
	struct pipe *made;
	uint64_t flags;
	int result;

	if (!file_reads(file) && !file_writes(file))
		return -EINVAL;
	made = pipe_make();
	if (!made)
		return -ENOMEM;
	flags = spin_lock(&files_lock);
	result = enter_end(file, &made);
	spin_unlock(&files_lock, flags);
	if (made)
		pipe_free(made);
	if (result)
		return result;
	ready_changed();
	if ((file->flags & ABI_O_NONBLOCK) || (file_reads(file) && file_writes(file)))
		return 0;
	return meet(file);
}

/* Devices cannot be made: there are those that there are. */
int64_t
sys_mknodat(int descriptor, const char *path, unsigned mode, unsigned device)
{
	enum ramfs_type type = RAMFS_FILE;
	struct ramfs_node *node;
	int error;

	(void)device;
	switch (mode & ABI_S_IFMT) {
	case 0:
	case ABI_S_IFREG:
		break;
	case ABI_S_IFIFO:
		type = RAMFS_FIFO;
		break;
	case ABI_S_IFSOCK:
		type = RAMFS_SOCKET;
		break;
	case ABI_S_IFDIR:
	case ABI_S_IFCHR:
	case ABI_S_IFBLK:
		return -EPERM;
	default:
		return -EINVAL;
	}
	node = lookup_make(descriptor, path, type, mode, &error);
	if (!node)
		return error;
	if (type == RAMFS_FIFO) {
		node->open = fifo_open;
		__atomic_store_n(&node->operations, &pipe_operations, __ATOMIC_RELEASE);
	}
	lookup_release(node);
	return 0;
}

int64_t
sys_mknod(const char *path, unsigned mode, unsigned device)
{
	return sys_mknodat(ABI_AT_FDCWD, path, mode, device);
}
