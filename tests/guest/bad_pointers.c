/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every call of calls.def that takes a pointer is given bad ones: NULL, one to memory that may not
 * be touched, and those that are no addresses. What is due is what Linux says: there
 * this program passes as well (musl-gcc -static -D_GNU_SOURCE -I. tests/guest/bad_pointers.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/conformance/aio_abi.h"
#include "tests/guest/trial.h"
#include "tests/unit/check.h"

#define CWD ((uint64_t)AT_FDCWD)

static char room[4096], text[4096] = "/tmp/bad_pointers";
static uint64_t zero[512], eight = 8;
static struct iovec piece = {room, 16};
static struct msghdr message;
static struct sockaddr_un address;
static struct pollfd polled = {.events = POLLIN};
static uint32_t length;
static int file, pipe_in, pipe_out, stream, peer, unbound, bound, listener, timer, epoll, event;
static int clock_timer;

static int
bind_to(int type, const char *path)
{
	int descriptor = socket(AF_UNIX, type, 0);

	address.sun_family = AF_UNIX;
	strcpy(address.sun_path, path);
	unlink(path);
	CHECK_EQ(bind(descriptor, (void *)&address, sizeof(address)), 0);
	return descriptor;
}

static void
make_files(void)
{
	int ends[2];
	struct epoll_event in = {.events = EPOLLIN};

	file = open(text, O_RDWR | O_CREAT | O_TRUNC, 0600);
	CHECK_EQ(write(file, room, sizeof(room)), sizeof(room));
	CHECK_EQ(lseek(file, 0, SEEK_SET), 0);
	CHECK_EQ(pipe(ends), 0);
	pipe_in = ends[0];
	pipe_out = ends[1];
	CHECK_EQ(write(pipe_out, room, 64), 64);
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	stream = ends[0];
	peer = ends[1];
	CHECK_EQ(write(peer, room, 64), 64);
	unbound = socket(AF_UNIX, SOCK_STREAM, 0);
	bound = bind_to(SOCK_DGRAM, "/tmp/bad_pointers_d");
	listener = bind_to(SOCK_STREAM, "/tmp/bad_pointers_s");
	CHECK_EQ(listen(listener, 100), 0);
	timer = timerfd_create(CLOCK_MONOTONIC, 0);
	epoll = epoll_create1(0);
	event = eventfd(1, 0);
	CHECK_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, event, &in), 0);
	CHECK_EQ(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &clock_timer), 0);
	polled.fd = event;
	length = sizeof(address);
	untouchable = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	constant = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Somebody waits to be accepted. */
static void
knock(void)
{
	for (int i = 0; i < 30; i++)
		CHECK_EQ(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&address,
				 sizeof(address)), 0);
}


static void
try_paths(void)
{
	const struct trial trials[] = {
		TRY(open, "R--", P(text), O_RDONLY, 0),
		TRY(stat, "RW", P(text), P(room)),
		TRY(lstat, "RW", P(text), P(room)),
		TRY(access, "R-", P(text), R_OK),
		TRY(truncate, "R-", P(text), 4096),
		TRY(getcwd, "W-", P(room), sizeof(room)),
		TRY(chdir, "R", P(text)),
		TRY(rename, "RR", P(text), P(text)),
		TRY(mkdir, "R-", P(text), 0),
		TRY(rmdir, "R", P(text)),
		TRY(creat, "R-", P(text), 0600),
		TRY(link, "RR", P(text), P(text)),
		TRY(unlink, "R", P(text)),
		TRY(symlink, "RR", P(text), P(text)),
		TRY(readlink, "RW-", P("/proc/self/exe"), P(room), 16),
		TRY(mknod, "R--", P(text), 0600, 0),
		TRY(chmod, "R-", P(text), 0600),
		TRY(chown, "R--", P(text), -1, -1),
		TRY(lchown, "R--", P(text), -1, -1),
		TRY(statfs, "RW", P(text), P(room)),
		TRY(openat, "-R--", CWD, P(text), O_RDONLY, 0),
		TRY(mkdirat, "-R-", CWD, P(text), 0),
		TRY(mknodat, "-R--", CWD, P(text), 0600, 0),
		TRY(fchownat, "-R---", CWD, P(text), -1, -1, 0),
		TRY(newfstatat, "-RW-", CWD, P(text), P(room), 0),
		TRY(unlinkat, "-R-", CWD, P(text), 0),
		TRY(renameat, "-R-R", CWD, P(text), CWD, P(text)),
		TRY(renameat2, "-R-R-", CWD, P(text), CWD, P(text), 0),
		TRY(linkat, "-R-R-", CWD, P(text), CWD, P(text), 0),
		TRY(symlinkat, "R-R", P(text), CWD, P(text)),
		TRY(readlinkat, "-RW-", CWD, P("/proc/self/exe"), P(room), 16),
		TRY(fchmodat, "-R-", CWD, P(text), 0600),
		TRY(faccessat, "-R-", CWD, P(text), R_OK),
		TRY(faccessat2, "-R--", CWD, P(text), R_OK, 0),
		TRY(utimensat, "-rr-", CWD, P(text), P(zero), 0),
	};

	TRY_ALL(trials);
}

static void
try_descriptors(void)
{
	struct flock record = {.l_type = F_RDLCK};
	const struct trial trials[] = {
		TRY(read, "-W-", D(file), P(room), 16),
		TRY(read, "-W-", D(pipe_in), P(room), 1),
		TRY(write, "-R-", D(file), P(room), 16),
		TRY(readv, "-R-", D(file), P(&piece), 1),
		TRY(fstat, "-W", D(file), P(room)),
		TRY(pread64, "-W--", D(file), P(room), 16, 0),
		TRY(pwrite64, "-R--", D(file), P(room), 16, 0),
		TRY(writev, "-R-", D(file), P(&piece), 1),
		TRY(sendfile, "--w-", D(pipe_out), D(file), P(zero), 1),
		TRY(fstatfs, "-W", D(file), P(room)),
		TRY(getdents64, "-W-", D(open("/", O_RDONLY | O_DIRECTORY)), P(room), 4096),
		TRY(epoll_wait, "-W--", D(epoll), P(room), 4, 0),
		TRY(epoll_ctl, "---R", D(epoll), EPOLL_CTL_MOD, D(event), P(zero)),
		TRY(epoll_pwait, "-W--r-", D(epoll), P(room), 4, 0, P(zero), 8),
		TRY(timerfd_settime, "--Rw", D(timer), 0, P(zero), P(room)),
		TRY(timerfd_gettime, "-W", D(timer), P(room)),
		TRY(preadv, "-R--", D(file), P(&piece), 1, 0),
		TRY(pwritev, "-R--", D(file), P(&piece), 1, 0),
		TRY(copy_file_range, "-r-r--", D(file), P(&eight), D(file), P(zero), 1, 0),
		TRY(ioctl, "--R", D(pipe_in), FIONBIO, P(zero)),
		TRY(fcntl, "--W", D(file), F_GETLK, P(&record)),
	};

	TRY_ALL(trials);
}

static void
try_sockets(void)
{
	const struct trial trials[] = {
		TRY(connect, "-R-", D(unbound), P(&address), sizeof(address)),
		TRY(accept, "-wR", D(listener), P(room), P(&length)),
		TRY(sendto, "-R--r-", D(bound), P(room), 1, 0, P(&address), sizeof(address)),
		TRY(recvfrom, "-W----", D(stream), P(room), 1, 0, 0, 0),
		TRY(sendmsg, "-R-", D(stream), P(&message), 0),
		TRY(recvmsg, "-R-", D(stream), P(&message), 0),
		TRY(bind, "-R-", D(unbound), P(&address), sizeof(address)),
		TRY(getsockname, "-WW", D(bound), P(room), P(&length)),
		TRY(getpeername, "-WW", D(stream), P(room), P(&length)),
		TRY(setsockopt, "---R-", D(stream), SOL_SOCKET, SO_RCVTIMEO, P(zero), 16),
		TRY(getsockopt, "---WW", D(stream), SOL_SOCKET, SO_TYPE, P(room), P(&length)),
		TRY(accept4, "-wR-", D(listener), P(room), P(&length), 0),
	};

	knock();
	TRY_ALL(trials);
}

static void
try_threads(void)
{
	const struct trial trials[] = {
		TRY(rt_sigaction, "-rw-", SIGUSR1, 0, P(room), 8),
		TRY(rt_sigprocmask, "-rw-", SIG_BLOCK, P(zero), P(room), 8),
		TRY(clone, "--??", 0, 0, 0, 0),
		TRY(rt_sigpending, "W-", P(room), 8),
		TRY(rt_sigtimedwait, "R-r-", P(zero), P(room), P(zero), 8),
		TRY(getitimer, "-W", 0, P(room)),
		TRY(setitimer, "-rw", 0, P(zero), P(room)),
		TRY(timer_create, "-rW", CLOCK_MONOTONIC, 0, P(room)),
		TRY(timer_settime, "--iw", D(clock_timer), 0, P(zero), P(room)),
		TRY(timer_gettime, "-W", D(clock_timer), P(room)),
		TRY(rt_sigqueueinfo, "--R", getpid(), 0, P(zero)),
		TRY(rt_tgsigqueueinfo, "---R", getpid(), getpid(), 0, P(zero)),
		TRY(rt_sigsuspend, "R-", P(zero), 8),
		TRY(sigaltstack, "rw", 0, P(room)),
		TRY(sched_setparam, "-i", 0, P(zero)),
		TRY(sched_rr_get_interval, "-W", 0, P(room)), TRY(sched_getparam, "-i", 0, P(room)),
		TRY(sched_setscheduler, "--i", 0, SCHED_OTHER, P(zero)),
		TRY(futex, "R-----", P(zero), 0, 1, 0, 0, 0),
		TRY(futex, "---r--", P(zero), 0, 1, P(zero), 0, 0),
		TRY(futex, "R-----", P(zero), 1, 1, 0, 0, 0),
		TRY(futex, "z-----", P(zero), 129, 1, 0, 0, 0),
		TRY(futex, "R-----", P(zero), 4 | 128, 1, 1, P(zero), 0),
		TRY(futex, "R-----", P(zero), 6, 1, 0, 0, 0),
		TRY(sched_setaffinity, "--R", 0, 8, P(zero)),
		TRY(sched_getaffinity, "--W", 0, 128, P(room)),
		TRY(set_tid_address, "?", 0),
		TRY(set_robust_list, "?-", 0, 24),
		TRY(get_robust_list, "-WW", 0, P(room), P(room)),
		TRY(signalfd4, "-R--", -1, P(zero), 8, 0),
		TRY(prctl, "-R", PR_SET_NAME, P(text)),
		TRY(prctl, "-W", PR_GET_NAME, P(room)),
		TRY(arch_prctl, "-W", 0x1003, P(room)),
	};

	TRY_ALL(trials);
}

static void
try_times(void)
{
	const struct trial trials[] = {
		TRY(poll, "W--", P(&polled), 1, 0),
		TRY(pipe, "W", P(room)),
		TRY(select, "-wwwr", 1, P(zero), P(zero), P(zero), P(zero)),
		TRY(nanosleep, "R0", P(zero), P(room)),
		TRY(socketpair, "---W", AF_UNIX, SOCK_STREAM, 0, P(room)),
		TRY(uname, "W", P(room)),
		TRY(gettimeofday, "ww", P(room), P(room)),
		TRY(get_mempolicy, "ww---", P(room), P(room), 1024, 0, 0),
		TRY(set_mempolicy, "-r-", 0, 0, 1024),
		TRY(mbind, "---r--", P(page), 4096, 0, 0, 1024, 0),
		TRY(setrlimit, "-R", RLIMIT_CORE, P(zero)),
		TRY(getrlimit, "-W", RLIMIT_STACK, P(room)),
		TRY(getrusage, "-W", RUSAGE_SELF, P(room)),
		TRY(sysinfo, "W", P(room)),
		TRY(mincore, "--W", P(constant), 4096, P(room)),
		TRY(times, "w", P(room)),
		TRY(getresuid, "WWW", P(room), P(room), P(room)),
		TRY(time, "w", P(room)),
		TRY(clock_settime, "-R", CLOCK_REALTIME, P(zero)),
		TRY(clock_gettime, "-W", CLOCK_MONOTONIC, P(room)),
		TRY(clock_getres, "-w", CLOCK_MONOTONIC, P(room)),
		TRY(clock_nanosleep, "--R0", CLOCK_MONOTONIC, 0, P(zero), P(room)),
		TRY(pselect6, "-wwwrr", 1, P(zero), P(zero), P(zero), P(zero), P(zero)),
		TRY(ppoll, "W-rr-", P(&polled), 1, P(zero), P(zero), 8),
		TRY(pipe2, "W-", P(room), 0),
		TRY(prlimit64, "--rw", 0, RLIMIT_STACK, 0, P(room)),
		TRY(getcpu, "ww-", P(room), P(room), 0),
		TRY(getrandom, "W--", P(room), 16, 0),
	};

	TRY_ALL(trials);
}

static void
try_copying(void)
{
	const struct trial trials[] = {
		TRY(splice, "-w----", D(file), 0, D(pipe_out), 0, 1, 0),
		TRY(splice, "---w--", D(pipe_in), 0, D(file), 0, 1, 2),
		TRY(memfd_create, "R-", P(text), 0),
		TRY(statx, "-R--W", CWD, P(text), 0, 0x7ff, P(room)),
	};

	TRY_ALL(trials);
}

static void
try_queues(void)
{
	int queue = (int)syscall(SYS_mq_open, "bad_pointers", O_RDWR | O_CREAT, 0600, NULL);
	const struct trial trials[] = {
		TRY(mq_open, "R--r", P("bad_pointers"), O_RDWR | O_CREAT, 0600, 0),
		TRY(mq_unlink, "R", P("bad_pointers")),
		TRY(mq_timedsend, "-R--r", D(queue), P(room), 8, 0, P(zero)),
		TRY(mq_timedreceive, "-?--r", D(queue), P(room), 8192, 0, P(zero)),
		TRY(mq_notify, "-r", D(queue), 0),
		TRY(mq_getsetattr, "-rw", D(queue), 0, P(room)),
	};

	CHECK(queue > 0);
	TRY_ALL(trials);
	CHECK_EQ(syscall(SYS_mq_unlink, "bad_pointers"), 0);
	close(queue);
}

/* With a completion that nobody can take. */
static void
try_asynchronous(void)
{
	unsigned long context = 0;
	struct iocb request = {.aio_lio_opcode = IOCB_CMD_POLL, .aio_buf = POLLOUT};
	struct iocb *list = &request;

	request.aio_fildes = (unsigned)event;
	CHECK_EQ(syscall(SYS_io_setup, 8, &context), 0);
	CHECK_EQ(syscall(SYS_io_submit, context, 1, &list), 1);
	{
		const struct trial trials[] = {
			TRY(io_setup, "-R", 1, P(zero)),
			TRY(io_submit, "--R", context, 1, P(&list)),
			TRY(io_cancel, "-R", context, P(&request)),
			TRY(io_getevents, "---Wr", context, 1, 1, P(room), P(zero)),
			TRY(io_pgetevents, "---Wrr", context, 1, 1, P(room), P(zero), P(zero)),
			TRY(preadv2, "-R----", D(file), P(&piece), 1, 0, 0, 0),
			TRY(pwritev2, "-R----", D(file), P(&piece), 1, 0, 0, 0),
		};

		TRY_ALL(trials);
	}
	CHECK_EQ(syscall(SYS_io_destroy, context), 0);
}

int
main(void)
{
	message = (struct msghdr){.msg_iov = &piece, .msg_iovlen = 1};
	chdir("/");
	make_files();
	try_paths();
	try_descriptors();
	try_sockets();
	try_threads();
	try_times();
	try_copying();
	try_queues();
	try_asynchronous();
	check_all_tried();
	return check_end();
}
