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

#include "tests/unit/check.h"

#define CWD ((uint64_t)AT_FDCWD)
#define ARGUMENTS 6

static char room[4096], text[4096] = "/tmp/bad_pointers";
static uint64_t zero[512], eight = 8;
static struct iovec piece = {room, 16};
static struct msghdr message;
static struct sockaddr_un address;
static struct pollfd polled = {.events = POLLIN};
static uint32_t length;
static int file, pipe_in, pipe_out, stream, peer, unbound, bound, listener, timer, epoll, event;
static int clock_timer;

static const struct {
	const char *name, *arguments;
} calls[] = {
#define NAME(number, name)
#define CALL(number, name, ...) {#name, #__VA_ARGS__},
#define CALL_AS(number, name, other) {#name, "as " #other},
#include "libc/base/calls.def"
};

static bool tried[sizeof(calls) / sizeof(calls[0])];

/*
 * A call, its arguments, and what is due for each: '-' is no pointer, 'R' is read, 'W' is written;
 * small letters: and may be NULL. 'i': NULL is EINVAL; '0': no matter what it is, 'z': if it is an
 * address; '?': not tried.
 */
struct trial {
	const char *name;
	long number;
	const char *due;
	uint64_t arguments[ARGUMENTS];
};
#define P(...) ((uint64_t)(__VA_ARGS__))
#define D(descriptor) ((uint64_t)(descriptor))
#define TRY(name, due, ...) {#name, SYS_##name, due, {__VA_ARGS__}}

static long
make_call(const struct trial *trial, const uint64_t *a)
{
	return syscall(trial->number, a[0], a[1], a[2], a[3], a[4], a[5]) == -1 ? errno : 0;
}

static void *untouchable, *constant, *page;

/* Tries one argument with one address. */
static void
try_one(const struct trial *trial, unsigned at, uint64_t bad, int due)
{
	uint64_t arguments[ARGUMENTS];
	long result;

	memcpy(arguments, trial->arguments, sizeof(arguments));
	arguments[at] = bad;
	result = make_call(trial, arguments);
	if (!CHECK_EQ(result, due))
		printf("  %s, argument %u: %#lx\n", trial->name, at, (unsigned long)bad);
}

static void
try_argument(const struct trial *trial, unsigned at)
{
	char due = trial->due[at];
	int error = due == '0' ? 0 : EFAULT;

	if (due == 'z')
		try_one(trial, at, P(untouchable), 0);
	if (due == '-' || due == '?' || due == 'z')
		return;
	if (due == 'R' || due == 'W' || due == '0')
		try_one(trial, at, 0, error);
	if (due == 'i')
		try_one(trial, at, 0, EINVAL);
	try_one(trial, at, P(untouchable), error);
	try_one(trial, at, 0x8000000000000000, error);
	try_one(trial, at, 0xfffffffffffff000, error);
	if (due == 'W' || due == 'w')
		try_one(trial, at, P(constant), EFAULT);
}

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

/* Marks what it tries. */
static void
try_all(const struct trial *trials, unsigned count)
{
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		for (unsigned j = 0; j < count; j++) {
			if (strcmp(trials[j].name, calls[i].name) != 0)
				continue;
			tried[i] = true;
			for (unsigned at = 0; trials[j].due[at]; at++)
				try_argument(&trials[j], at);
		}
}
#define TRY_ALL(trials) try_all(trials, sizeof(trials) / sizeof((trials)[0]))

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
check_all_tried(void)
{
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!CHECK(tried[i] || !strchr(calls[i].arguments, '*')))
			printf("  %s is not tried\n", calls[i].name);
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
	check_all_tried();
	return check_end();
}
