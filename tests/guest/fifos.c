/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pipes with a name: who waits for whom at open(), what is read when nobody writes, what poll()
 * says.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define FIFO "/tmp/fifo"

static void
making(void)
{
	struct stat stat_;

	umask(022);
	CHECK_EQ(mkfifo(FIFO, 0666), 0);
	CHECK_FAILS(mkfifo(FIFO, 0666), EEXIST);
	CHECK_EQ(stat(FIFO, &stat_), 0);
	CHECK_EQ(stat_.st_mode, S_IFIFO | 0644);
	CHECK_EQ(mknod("/tmp/regular", S_IFREG | 0600, 0), 0);
	CHECK_EQ(stat("/tmp/regular", &stat_), 0);
	CHECK_EQ(stat_.st_mode, S_IFREG | 0600);
	CHECK_EQ(unlink("/tmp/regular"), 0);
	CHECK_FAILS(mknod("/tmp/directory", S_IFDIR | 0600, 0), EPERM);
	CHECK_FAILS(mknod("/tmp/none", 0150000 | 0600, 0), EINVAL);
}

static short
events_of(int fd)
{
	struct pollfd poll_ = {.fd = fd, .events = POLLIN | POLLOUT};

	return poll(&poll_, 1, 0) < 0 ? -1 : poll_.revents;
}

static void
without_waiting(void)
{
	char text[8];
	int in, out;

	CHECK_FAILS(open(FIFO, O_WRONLY | O_NONBLOCK), ENXIO);
	CHECK_FAILS(open(FIFO, O_RDWR | O_WRONLY), EINVAL);
	in = open(FIFO, O_RDONLY | O_NONBLOCK);
	CHECK_EQ(read(in, text, sizeof(text)), 0);
	CHECK_EQ(events_of(in), 0); /* nobody has hung up yet */
	out = open(FIFO, O_WRONLY | O_NONBLOCK);
	CHECK_FAILS(read(in, text, sizeof(text)), EAGAIN);
	CHECK_EQ(write(out, "abc", 3), 3);
	CHECK_EQ(events_of(in), POLLIN);
	CHECK_EQ(close(out), 0);
	CHECK_EQ(events_of(in), POLLIN | POLLHUP);
	CHECK_EQ(read(in, text, sizeof(text)), 3);
	CHECK_EQ(read(in, text, sizeof(text)), 0);
	out = open(FIFO, O_WRONLY);
	CHECK_EQ(close(in), 0);
	CHECK_FAILS(write(out, "d", 1), EPIPE);
	CHECK_EQ(events_of(out), POLLOUT | POLLERR);
	CHECK_FAILS(pread(out, text, 1, 0), ESPIPE);
	close(out);
	out = open(FIFO, O_RDWR); /* waits for nobody */
	CHECK_EQ(write(out, "both", 4), 4);
	CHECK_EQ(read(out, text, sizeof(text)), 4);
	close(out);
	in = open(FIFO, O_RDONLY | O_NONBLOCK);
	CHECK_EQ(read(in, text, sizeof(text)), 0); /* nothing is left of before */
	close(in);
}

static void *
write_late(void *argument)
{
	int out = open(FIFO, O_WRONLY);

	CHECK_EQ(write(out, "late", 4), 4);
	CHECK_EQ(close(out), 0);
	return argument;
}

static void *
touch(void *argument)
{
	close(open(FIFO, O_WRONLY));
	return argument;
}

static void
waiting(void)
{
	char text[8] = "";
	pthread_t thread;
	int in;

	CHECK_EQ(pthread_create(&thread, NULL, write_late, NULL), 0);
	in = open(FIFO, O_RDONLY);
	CHECK_EQ(read(in, text, sizeof(text)), 4); /* the writer's end may be closed or not */
	CHECK_STRING(text, "late");
	CHECK_EQ(read(in, text, sizeof(text)), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	close(in);
	CHECK_EQ(pthread_create(&thread, NULL, touch, NULL), 0);
	in = open(FIFO, O_RDONLY); /* a moment is enough */
	CHECK_EQ(read(in, text, sizeof(text)), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(unlink(FIFO) | close(in), 0);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	making();
	without_waiting();
	waiting();
	return check_end();
}
