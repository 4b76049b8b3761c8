/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes that never block: how much they take and give, what is ready, and what is left when an end
 * is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/words.h"

#define BUFFER_SIZE 150000

struct pipes_state {
	struct slots slots;
	char buffer[BUFFER_SIZE];
};

static char *
buffer_of(struct episode *episode)
{
	return ((struct pipes_state *)episode->state)->buffer;
}

/* How much to write or read: a little, about PIPE_BUF, or about as much as a pipe has room for. */
static size_t
size_of(struct episode *episode)
{
	if (episode_chance(episode, 15))
		return 65536 - 5 + episode_below(episode, 10);
	if (episode_chance(episode, 5))
		return episode_below(episode, BUFFER_SIZE);
	return episode_size(episode, BUFFER_SIZE);
}

static void
step_make(struct episode *episode)
{
	static const int flags[] = {O_NONBLOCK,
				    O_NONBLOCK,
				    O_NONBLOCK,
				    O_NONBLOCK | O_CLOEXEC,
				    O_NONBLOCK | O_APPEND,
				    O_NONBLOCK | O_RDWR};
	struct slots *slots = slots_of(episode);
	unsigned reading = slots_free_one(episode), writing;
	int flag = episode_one_of(episode, flags), fds[2] = {-1, -1};

	do
		writing = slots_free_one(episode);
	while (writing == reading);
	if (!episode_call(episode, "pipe2", "f%u f%u, %s", reading, writing,
			  words_flags(words_open, flag).text))
		return;
	episode_answer(episode, pipe2(fds, flag));
	slots->fd[reading] = fds[0];
	slots->fd[writing] = fds[1];
}

static void
step_write(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	size_t size = size_of(episode);

	episode_letters(episode, buffer_of(episode), size);
	if (episode_call(episode, "write", "f%u, %zu", slot, size))
		episode_answer(episode,
			       write(slots_of(episode)->fd[slot], buffer_of(episode), size));
}

static void
step_read(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	size_t size = size_of(episode);
	long result;

	if (!episode_call(episode, "read", "f%u, %zu", slot, size))
		return;
	result = episode_answer(episode,
				read(slots_of(episode)->fd[slot], buffer_of(episode), size));
	if (result > 0)
		episode_say_bytes(episode, buffer_of(episode), (size_t)result);
}

static void
step_vector(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot];
	char *buffer = buffer_of(episode);
	struct iovec vector[3];
	long result;

	for (unsigned i = 0; i < 3; i++)
		vector[i] = (struct iovec){buffer + i * 9000, i == 1 ? size_of(episode) % 9000
								     : episode_below(episode, 12)};
	if (episode_chance(episode, 50)) {
		episode_letters(episode, buffer, 27000);
		if (episode_call(episode, "writev", "f%u, %zu+%zu+%zu", slot, vector[0].iov_len,
				 vector[1].iov_len, vector[2].iov_len))
			episode_answer(episode, writev(fd, vector, 3));
		return;
	}
	memset(buffer, 0, 27000);
	if (!episode_call(episode, "readv", "f%u, %zu+%zu+%zu", slot, vector[0].iov_len,
			  vector[1].iov_len, vector[2].iov_len))
		return;
	result = episode_answer(episode, readv(fd, vector, 3));
	if (result > 0)
		episode_say_bytes(episode, buffer, 27000);
}

static void
step_poll(struct episode *episode)
{
	static const short asked[] = {POLLIN, POLLOUT, POLLIN | POLLOUT, 0,
				      POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM | POLLPRI};
	struct pollfd list[3];
	unsigned slots[3];

	for (unsigned i = 0; i < 3; i++) {
		slots[i] = slots_pick(episode);
		list[i] = (struct pollfd){slots_of(episode)->fd[slots[i]],
					  episode_one_of(episode, asked), 0};
	}
	if (!episode_call(episode, "poll", "f%u f%u f%u", slots[0], slots[1], slots[2]))
		return;
	episode_answer(episode, poll(list, 3, 0));
	for (unsigned i = 0; i < 3; i++)
		episode_say(episode, " %s", words_flags(words_poll, list[i].revents).text);
}

static void
step_control(struct episode *episode)
{
	static const int sizes[] = {0, 1, 4096, 4097, 8192, 65536, 100000, 1 << 20, -1};
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot], left = -1, size = episode_one_of(episode, sizes);

	switch (episode_below(episode, 4)) {
	case 0:
		if (episode_call(episode, "fcntl_setpipe_sz", "f%u, %d", slot, size))
			episode_answer(episode, fcntl(fd, F_SETPIPE_SZ, size));
		break;
	case 1:
		if (episode_call(episode, "fcntl_getpipe_sz", "f%u", slot))
			episode_answer(episode, fcntl(fd, F_GETPIPE_SZ));
		break;
	default:
		if (!episode_call(episode, "ioctl_fionread", "f%u", slot))
			return;
		episode_answer(episode, ioctl(fd, FIONREAD, &left));
		episode_say(episode, " %d", left);
	}
}

static void
step_what(struct episode *episode)
{
	unsigned slot = slots_pick(episode), which = episode_below(episode, 5);
	int fd = slots_of(episode)->fd[slot], flags;
	struct stat stat;

	if (which == 0 && episode_call(episode, "fstat", "f%u", slot)) {
		if (!episode_answer(episode, fstat(fd, &stat)) && !S_ISDIR(stat.st_mode))
			episode_say(episode, " mode %o links %u size %ld", stat.st_mode,
				    (unsigned)stat.st_nlink, (long)stat.st_size);
	} else if (which == 1 && episode_call(episode, "fcntl_getfl", "f%u", slot)) {
		flags = fcntl(fd, F_GETFL);
		if (flags < 0)
			episode_answer(episode, -1);
		else
			episode_say(episode, " = %s", words_flags(words_open, flags).text);
	} else if (which == 2 && episode_call(episode, "lseek", "f%u", slot)) {
		episode_answer(episode, lseek(fd, 0, SEEK_CUR));
	} else if (which == 3 && episode_call(episode, "pread", "f%u", slot)) {
		episode_answer(episode, pread(fd, buffer_of(episode), 1, 0));
	} else if (which == 4 && episode_call(episode, "ftruncate", "f%u", slot)) {
		episode_answer(episode, ftruncate(fd, 0));
	}
}

/* A pipe's end opened again by its name in /proc, or a named pipe: what blocks is left out. */
static void
step_fifo(struct episode *episode)
{
	unsigned slot = slots_free_one(episode);
	int flags = (int)episode_below(episode, 3) | O_NONBLOCK;

	if (episode_chance(episode, 40)) {
		if (episode_call(episode, "mkfifoat", "\"p\""))
			episode_answer(episode, mkfifoat(episode->folder_fd, "p", 0644));
		return;
	}
	if (episode_call(episode, "openat", "\"p\", %s", words_flags(words_open, flags).text))
		slots_set(episode, slot, openat(episode->folder_fd, "p", flags));
}

/* A file, or what else pipes are filled from and emptied into. */
static void
step_file(struct episode *episode)
{
	static const int accesses[] = {O_RDWR, O_RDWR, O_RDWR | O_APPEND, O_RDONLY};
	unsigned slot = slots_free_one(episode);
	int flags = O_CREAT | episode_one_of(episode, accesses);

	if (episode_chance(episode, 15)) {
		if (episode_call(episode, "eventfd", "f%u", slot))
			slots_set(episode, slot, eventfd(1, EFD_NONBLOCK));
	} else if (episode_chance(episode, 15)) {
		if (episode_call(episode, "openat", "\".\""))
			slots_set(episode, slot, openat(episode->folder_fd, ".", O_DIRECTORY));
	} else if (episode_call(episode, "openat", "\"a\", %s",
				words_flags(words_open, flags).text)) {
		slots_set(episode, slot, openat(episode->folder_fd, "a", flags, 0644));
	}
}

static void
step_splice(struct episode *episode, unsigned from, unsigned to, size_t size)
{
	const struct slots *slots = slots_of(episode);
	off_t offsets[2] = {(off_t)episode_below(episode, 9000), (off_t)size_of(episode)};
	bool given[2] = {episode_chance(episode, 25), episode_chance(episode, 25)};
	unsigned flags = episode_chance(episode, 3) ? 16 : SPLICE_F_NONBLOCK;

	if (episode_chance(episode, 3))
		offsets[episode_below(episode, 2)] = -1;
	if (!episode_call(episode, "splice", "f%u, %ld, f%u, %ld, %zu, %u", from,
			  given[0] ? (long)offsets[0] : -9, to, given[1] ? (long)offsets[1] : -9,
			  size, flags))
		return;
	episode_answer(episode, splice(slots->fd[from], given[0] ? &offsets[0] : NULL,
				       slots->fd[to], given[1] ? &offsets[1] : NULL, size, flags));
	for (unsigned i = 0; i < 2; i++)
		if (given[i])
			episode_say(episode, " %ld", (long)offsets[i]);
}

static void
step_transfer(struct episode *episode)
{
	struct slots *slots = slots_of(episode);
	unsigned from = slots_pick(episode), to = slots_pick(episode);
	size_t size = size_of(episode);
	unsigned which = episode_below(episode, 4);

	if (which == 0 && episode_call(episode, "sendfile", "f%u, f%u, %zu", to, from, size))
		episode_answer(episode, sendfile(slots->fd[to], slots->fd[from], NULL, size));
	else if (which == 1 && episode_call(episode, "tee", "f%u, f%u, %zu", from, to, size))
		episode_answer(episode,
			       tee(slots->fd[from], slots->fd[to], size, SPLICE_F_NONBLOCK));
	else if (which > 1)
		step_splice(episode, from, to, size);
}

static const struct episode_step steps[] = {
	{12, step_make}, {22, step_write},   {20, step_read},  {8, step_vector},
	{10, step_poll}, {8, step_control},  {6, step_what},   {4, slots_dup},
	{3, step_fifo},	 {10, step_transfer}, {8, slots_close}, {4, step_file},
	{0, NULL},
};

const struct episode_kind pipes_kind = {
	.name = "pipes",
	.has_folder = true,
	.state_size = sizeof(struct pipes_state),
	.most = 60,
	.begin = slots_begin,
	.end = slots_end,
	.steps = steps,
};
