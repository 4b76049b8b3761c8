/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Control: the end of the bridge, and the threads beside the lcores, for statistics, for the
 * keyboard and, if it is asked for, for the keepalive. DPDK's control threads run where no lcore
 * is, if there is such a CPU.
 *
 * The terminal is put into a mode in which a key comes at once, Ctrl-C as a byte among others;
 * signals end the bridge as well, where there are some.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_thread.h>
#include <rte_version.h>

#include "bridge.h"

#define CTRL_C 3

static atomic_bool ended;
static sem_t main_wakes, stats_wakes, keepalive_wakes;
static pthread_t stats_thread, keepalive_thread;
static struct termios terminal;
static bool terminal_changed;

void
control_end(void)
{
	atomic_store(&ended, true);
	sem_post(&main_wakes);
	sem_post(&stats_wakes);
	sem_post(&keepalive_wakes);
}

bool
control_ended(void)
{
	return atomic_load_explicit(&ended, memory_order_relaxed);
}

void
control_wait(void)
{
	while (!control_ended())
		sem_wait(&main_wakes);
}

static void
sleep_on(sem_t *wakes, unsigned seconds, unsigned ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ms * 1000000L;
	until.tv_sec += seconds + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!control_ended() && sem_timedwait(wakes, &until) != 0 && errno == EINTR)
		;
}

void
control_sleep(unsigned seconds)
{
	sleep_on(&stats_wakes, seconds, 0);
}

void
control_sleep_ms(unsigned ms)
{
	sleep_on(&keepalive_wakes, ms / 1000, ms % 1000);
}

/* -- Threads ---------------------------------------------------------------------------------- */

/* DPDK 23.07 gave control threads another type. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 7, 0, 0)
#define THREAD_RESULT uint32_t
static int
thread_create(pthread_t *thread, const char *name, uint32_t (*function)(void *))
{
	rte_thread_t id;
	int error = rte_thread_create_control(&id, name, function, NULL);

	*thread = (pthread_t)id.opaque_id;
	return error;
}
#else
#define THREAD_RESULT void *
static int
thread_create(pthread_t *thread, const char *name, void *(*function)(void *))
{
	return rte_ctrl_thread_create(thread, name, NULL, function, NULL);
}
#endif

static THREAD_RESULT
stats_main(void *unused)
{
	(void)unused;
	stats_run();
	return 0;
}

static THREAD_RESULT
keepalive_main(void *unused)
{
	(void)unused;
	keepalive_run();
	return 0;
}

/* Ends with the program, or when there is no more input. */
static THREAD_RESULT
keyboard_main(void *unused)
{
	char key;

	(void)unused;
	while (read(STDIN_FILENO, &key, 1) == 1)
		if (key == 'q' || key == CTRL_C)
			control_end();
	return 0;
}

/* -- Keyboard and signals --------------------------------------------------------------------- */

static void
terminal_raw(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &terminal) != 0)
		return; /* no terminal: a file or a pipe is read as it is */
	raw = terminal;
	raw.c_lflag &= ~(ICANON | ECHO | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	terminal_changed = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

static void
signal_handler(int signal)
{
	(void)signal; /* all that are caught mean the same */
	control_end();
}

static void
signals_catch(void)
{
	struct sigaction action = {.sa_handler = signal_handler};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int
control_start(void)
{
	pthread_t keyboard;
	int error;

	sem_init(&main_wakes, 0, 0);
	sem_init(&stats_wakes, 0, 0);
	sem_init(&keepalive_wakes, 0, 0);
	signals_catch();
	terminal_raw();
	error = thread_create(&stats_thread, "bridge-stats", stats_main);
	if (error == 0)
		error = thread_create(&keyboard, "bridge-keys", keyboard_main);
	if (error == 0 && keepalive_is_on())
		error = thread_create(&keepalive_thread, "bridge-alive", keepalive_main);
	if (error != 0) {
		fprintf(stderr, "bridge: no control thread: %s\n", rte_strerror(-error));
		control_stop();
		return -1;
	}
	pthread_detach(keyboard);
	return 0;
}

void
control_stop(void)
{
	control_end();
	if (stats_thread != 0)
		pthread_join(stats_thread, NULL);
	if (keepalive_thread != 0)
		pthread_join(keepalive_thread, NULL);
	if (terminal_changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
}
