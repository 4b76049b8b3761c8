/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers that send signals, in all ways of telling; overruns; intervals of setitimer(), alarm();
 * clocks of CPU time and timers on them. The same on Linux (musl-gcc -static -D_GNU_SOURCE -I.).
 */
/* QEMU: -smp 3 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define MS 1000000L
#define PATIENCE 20000 /* ms */

static volatile int count, code, value, overrun, thread_id;
static volatile bool stop;

static void
note(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	code = info->si_code;
	value = info->si_value.sival_int;
	overrun = info->si_overrun;
	thread_id = (int)syscall(SYS_gettid);
	count++;
}

static void
install(int signal)
{
	struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_RESTART};

	CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

static double
now(clockid_t clock)
{
	struct timespec time;

	CHECK_EQ(clock_gettime(clock, &time), 0);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Waits until a count is reached; time passes in sleep, not in work. */
static bool
await(volatile int *what, int due)
{
	for (int ms = 0; ms < PATIENCE && *what < due; ms++)
		usleep(1000);
	return *what >= due;
}

static struct itimerspec
after(long first, long interval)
{
	return (struct itimerspec){{interval / 1000, interval % 1000 * MS},
				   {first / 1000, first % 1000 * MS}};
}

static void
by_signal(clockid_t clock)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1,
				 .sigev_value = {.sival_int = 42}};
	struct itimerspec set = after(30, 10), old;
	double start = now(CLOCK_MONOTONIC);
	timer_t timer;

	count = 0;
	CHECK_EQ(timer_create(clock, &event, &timer), 0);
	CHECK_EQ(timer_gettime(timer, &old), 0);
	CHECK_EQ(old.it_value.tv_nsec + old.it_interval.tv_nsec, 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	CHECK(await(&count, 5));
	CHECK(now(CLOCK_MONOTONIC) - start >= 0.069);
	CHECK_EQ(code, SI_TIMER);
	CHECK_EQ(value, 42);
	CHECK_EQ(timer_gettime(timer, &old), 0);
	CHECK_EQ(old.it_interval.tv_nsec, 10 * MS);
	CHECK(old.it_value.tv_nsec <= 10 * MS);
	set = after(0, 0);
	CHECK_EQ(timer_settime(timer, 0, &set, &old), 0);
	CHECK_EQ(old.it_interval.tv_nsec, 10 * MS);
	count = 0;
	usleep(50000);
	CHECK_EQ(count, 0);
	CHECK_EQ(timer_delete(timer), 0);
	CHECK_EQ(timer_gettime(timer, &old), -1);
	CHECK_EQ(errno, EINVAL);
}

static void
at_a_time(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec set = {{0, 0}, {0, 0}};
	timer_t timer;

	CHECK_EQ(timer_create(CLOCK_REALTIME, &event, &timer), 0);
	clock_gettime(CLOCK_REALTIME, &set.it_value);
	set.it_value.tv_sec++;
	count = 0;
	CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &set, NULL), 0);
	CHECK(await(&count, 1));
	CHECK(now(CLOCK_REALTIME) >= (double)set.it_value.tv_sec);
	set.it_value.tv_sec = 1; /* long ago: at once */
	CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &set, NULL), 0);
	CHECK(await(&count, 2));
	set.it_value.tv_nsec = 1000 * MS;
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(timer_delete(timer), 0);
}

/* Nothing is told; the time that is left can be asked for. */
static void
by_nothing(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_NONE};
	struct itimerspec set = after(10000, 10000), left;
	timer_t timer;

	CHECK_EQ(timer_create(CLOCK_BOOTTIME, &event, &timer), 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	CHECK_EQ(timer_gettime(timer, &left), 0);
	CHECK(left.it_value.tv_sec >= 1 && left.it_value.tv_sec <= 10);
	set = after(1, 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	usleep(20000);
	CHECK_EQ(timer_gettime(timer, &left), 0);
	CHECK_EQ(left.it_value.tv_sec + left.it_value.tv_nsec, 0);
	CHECK_EQ(timer_delete(timer), 0);
}

static volatile int called;

static void
call(union sigval argument)
{
	value = argument.sival_int;
	called++;
}

static void
by_thread(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = call,
				 .sigev_value = {.sival_int = 7}};
	struct itimerspec set = after(5, 5);
	timer_t timer;

	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	CHECK(await(&called, 3));
	CHECK_EQ(value, 7);
	CHECK_EQ(timer_delete(timer), 0);
}

/* What passes while the signal is held back is counted, and told once. */
static void
overruns(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec set = after(1, 1);
	sigset_t held;
	timer_t timer;

	sigemptyset(&held);
	sigaddset(&held, SIGUSR1);
	sigprocmask(SIG_BLOCK, &held, NULL);
	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	count = 0;
	set.it_interval.tv_nsec = 1; /* no machine can do that, nor is it asked to */
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	usleep(50000);
	set = after(0, 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	sigprocmask(SIG_UNBLOCK, &held, NULL);
	sigprocmask(SIG_BLOCK, &held, NULL);
	set = after(1, 1);
	count = 0;
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	usleep(100000);
	CHECK_EQ(count, 0);
	sigprocmask(SIG_UNBLOCK, &held, NULL);
	CHECK(await(&count, 1));
	set = after(0, 0);
	CHECK(overrun >= 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	CHECK_EQ(timer_delete(timer), 0);
}

static volatile int first_overrun;

static void
note_overrun(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (!first_overrun)
		first_overrun = info->si_overrun;
}

static void
counted(void)
{
	struct sigaction action = {.sa_sigaction = note_overrun, .sa_flags = SA_SIGINFO};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
	struct itimerspec set = after(10, 10), stopped = after(0, 0);
	sigset_t held;
	timer_t timer;

	sigaction(SIGUSR2, &action, NULL);
	sigemptyset(&held);
	sigaddset(&held, SIGUSR2);
	sigprocmask(SIG_BLOCK, &held, NULL);
	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	usleep(100000);
	sigprocmask(SIG_UNBLOCK, &held, NULL);
	CHECK(first_overrun >= 8); /* nine, if all is in time */
	CHECK_EQ(timer_settime(timer, 0, &stopped, NULL), 0);
	CHECK(timer_getoverrun(timer) >= 0);
	CHECK_EQ(timer_delete(timer), 0);
}

static void
intervals(void)
{
	struct itimerval set = {{0, 10000}, {0, 20000}}, old;

	install(SIGALRM);
	count = 0;
	CHECK_EQ(setitimer(ITIMER_REAL, &set, NULL), 0);
	CHECK(await(&count, 3));
	CHECK_EQ(code, SI_KERNEL);
	CHECK_EQ(getitimer(ITIMER_REAL, &old), 0);
	CHECK_EQ(old.it_interval.tv_usec, 10000);
	CHECK(old.it_value.tv_usec <= 10000);
	set = (struct itimerval){{0, 0}, {0, 0}};
	CHECK_EQ(setitimer(ITIMER_REAL, &set, &old), 0);
	CHECK_EQ(old.it_interval.tv_usec, 10000);
	CHECK_EQ(setitimer(7, &set, NULL), -1);
	CHECK_EQ(errno, EINVAL);

	count = 0;
	CHECK_EQ(alarm(1000), 0);
	CHECK_EQ(alarm(1), 1000);
	CHECK(await(&count, 1));
	CHECK_EQ(alarm(0), 0);
}

/* Works until it has been signalled. */
static void
work_until(volatile int *what, int due)
{
	time_t end = time(NULL) + PATIENCE / 1000;

	while (*what < due && time(NULL) < end)
		;
	CHECK(*what >= due);
}

static void *
work(void *argument)
{
	while (!stop)
		;
	return argument;
}

static void
cpu_clocks(void)
{
	clockid_t of_thread, of_program, of_other;
	struct timespec time;
	pthread_t thread;
	double before, after_sleep;

	CHECK_EQ(pthread_getcpuclockid(pthread_self(), &of_thread), 0);
	CHECK_EQ(clock_getcpuclockid(0, &of_program), 0);
	before = now(of_thread);
	usleep(100000);
	after_sleep = now(CLOCK_THREAD_CPUTIME_ID);
	CHECK(after_sleep >= before && after_sleep - before < 0.08);
	CHECK(now(of_program) >= now(of_thread));
	CHECK_EQ(clock_getres(of_thread, &time), 0);
	CHECK_EQ(time.tv_nsec, 1);
	CHECK_EQ(clock_settime(CLOCK_MONOTONIC, &time), -1);

	stop = false;
	pthread_create(&thread, NULL, work, NULL);
	CHECK_EQ(pthread_getcpuclockid(thread, &of_other), 0);
	before = now(of_other);
	usleep(100000);
	CHECK(now(of_other) > before);
	stop = true;
	before = now(of_program);
	pthread_join(thread, NULL);
	CHECK_EQ(clock_gettime(of_other, &time), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK(now(of_program) >= before); /* what the thread has used is not forgotten */
	CHECK(now(CLOCK_TAI) - now(CLOCK_REALTIME) < 100);
}

static void
cpu_timers(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec set = after(30, 30);
	struct itimerval interval = {{0, 20000}, {0, 20000}};
	double before = now(CLOCK_THREAD_CPUTIME_ID);
	struct rusage usage;
	struct tms tms;
	timer_t timer;

	CHECK_EQ(timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer), 0);
	count = 0;
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	usleep(150000);
	CHECK(count <= 1); /* it has slept */
	work_until(&count, 3);
	CHECK(now(CLOCK_THREAD_CPUTIME_ID) - before >= 0.085);
	CHECK_EQ(timer_delete(timer), 0);

	install(SIGVTALRM);
	install(SIGPROF);
	count = 0;
	CHECK_EQ(setitimer(ITIMER_VIRTUAL, &interval, NULL), 0);
	work_until(&count, 2);
	interval = (struct itimerval){{0, 0}, {0, 20000}};
	setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
	count = 0;
	CHECK_EQ(setitimer(ITIMER_PROF, &interval, NULL), 0);
	work_until(&count, 1);
	CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
	CHECK(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec +
	      usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec >= 100000);
	CHECK((long)times(&tms) != -1);
	CHECK(tms.tms_utime + tms.tms_stime >= 9);
}

/* To one thread, by its id, as the C library tells its own. */
static void
to_a_thread(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
	struct itimerspec set = after(5, 0);
	timer_t timer;

	count = 0;
	((int *)&event)[4] = (int)syscall(SYS_gettid);
	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	CHECK_EQ(timer_settime(timer, 0, &set, NULL), 0);
	CHECK(await(&count, 1));
	CHECK_EQ(thread_id, (int)syscall(SYS_gettid));
	CHECK_EQ(timer_delete(timer), 0);
	((int *)&event)[4] = 4000000;
	CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(timer_create(77, NULL, &timer), -1);
	CHECK_EQ(errno, EINVAL);
}

int
main(void)
{
	install(SIGUSR1);
	by_signal(CLOCK_MONOTONIC);
	by_signal(CLOCK_REALTIME);
	by_signal(CLOCK_BOOTTIME);
	at_a_time();
	by_nothing();
	by_thread();
	overruns();
	counted();
	intervals();
	cpu_clocks();
	cpu_timers();
	to_a_thread();
	return check_end();
}
