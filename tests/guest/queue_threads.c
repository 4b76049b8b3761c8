/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mq_notify() with SIGEV_THREAD: the library's thread, which waits at a socket of AF_NETLINK, and
 * that socket itself.
 */
/* QEMU: -smp 2 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define COOKIE 32
#define NETLINK_ROUTE 0 /* <linux/netlink.h>, as what follows */
#define SECONDS 20

static sem_t called;
static volatile int value;

static mqd_t
make(const char *name)
{
	struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 32};
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes);

	CHECK(queue >= 0);
	CHECK_EQ(mq_unlink(name), 0);
	return queue;
}

static void
note(union sigval of)
{
	value = of.sival_int;
	sem_post(&called);
}

static int
await_call(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += SECONDS;
	return sem_timedwait(&called, &until);
}

/* Once for each time that is asked for. */
static void
threads(void)
{
	mqd_t queue = make("/threads");
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = note};
	char buffer[32];

	sem_init(&called, 0, 0);
	for (int i = 1; i <= 3; i++) {
		event.sigev_value.sival_int = i;
		CHECK_EQ(mq_notify(queue, &event), 0);
		CHECK_FAILS(mq_notify(queue, &event), EBUSY);
		CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
		CHECK_EQ(await_call(), 0);
		CHECK_EQ(value, i);
		CHECK_EQ(mq_receive(queue, buffer, sizeof(buffer), NULL), 1);
	}
	CHECK_EQ(mq_notify(queue, &event), 0);
	CHECK_EQ(mq_notify(queue, NULL), 0); /* its thread ends, and calls nothing */
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
	CHECK_EQ(sem_trywait(&called), -1);
	mq_close(queue);
}

/* What Linux has the library do, by hand. Returns the call's result. */
static long
ask(mqd_t queue, int descriptor, const char *cookie)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_signo = descriptor};

	event.sigev_value.sival_ptr = (void *)cookie;
	return syscall(SYS_mq_notify, queue, &event);
}

static void
check_cookie(int descriptor, const char *cookie, char end)
{
	struct pollfd one = {descriptor, POLLIN, 0};
	char got[COOKIE + 1];

	CHECK_EQ(poll(&one, 1, SECONDS * 1000), 1);
	CHECK_EQ(recv(descriptor, got, sizeof(got), MSG_DONTWAIT), COOKIE);
	CHECK(memcmp(got, cookie, COOKIE - 1) == 0);
	CHECK_EQ(got[COOKIE - 1], end);
	CHECK_FAILS(recv(descriptor, got, sizeof(got), MSG_DONTWAIT), EAGAIN);
}

/* The end of the cookie says what has become of it: 1, a message; 2, nobody is told any more. */
static void
cookies(void)
{
	static const char cookie[COOKIE] = "as the library has it";
	mqd_t queue = make("/cookies");
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);

	CHECK(descriptor >= 0);
	CHECK_EQ(ask(queue, descriptor, cookie), 0);
	CHECK_EQ(mq_send(queue, "x", 1, 0), 0);
	check_cookie(descriptor, cookie, 1);
	CHECK_EQ(ask(queue, descriptor, cookie), 0);
	CHECK_EQ(mq_notify(queue, NULL), 0);
	check_cookie(descriptor, cookie, 2);
	CHECK_EQ(ask(queue, descriptor, cookie), 0);
	CHECK_EQ(mq_close(queue), 0);
	check_cookie(descriptor, cookie, 2);
	close(descriptor);
}

/* Linux has a routing table to ask for and addresses to listen to: the last five differ there. */
static void
refusals(void)
{
	static const char cookie[COOKIE];
	struct {
		uint16_t family, padding;
		uint32_t process, groups;
	} address = {.family = AF_NETLINK};
	mqd_t queue = make("/refusals");
	int descriptor = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
	int other = socket(AF_UNIX, SOCK_DGRAM, 0);

	CHECK_FAILS(ask(queue, -1, cookie), EBADF);
	CHECK_FAILS(ask(queue, 1, cookie), ENOTSOCK);
	CHECK_FAILS(ask(queue, other, cookie), EINVAL);
	CHECK_FAILS(ask(queue, descriptor, NULL), EFAULT);
	CHECK_FAILS(ask(other, descriptor, cookie), EBADF);
	CHECK_FAILS(send(descriptor, cookie, COOKIE, 0), EOPNOTSUPP);
	CHECK_FAILS(bind(descriptor, (struct sockaddr *)&address, sizeof(address)), EOPNOTSUPP);
	CHECK_FAILS(connect(descriptor, (struct sockaddr *)&address, sizeof(address)), EOPNOTSUPP);
	CHECK_FAILS(socket(AF_NETLINK, SOCK_STREAM, 0), ESOCKTNOSUPPORT);
	close(descriptor);
	close(other);
	mq_close(queue);
}

int
main(void)
{
	threads();
	cookies();
	refusals();
	return check_end();
}
