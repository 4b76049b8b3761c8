/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stack's thread: it alone calls lwIP. In a turn it serves what has come from the port, what
 * sockets want, and lwIP's timers; then it sleeps on one word, which a receive interrupt and the
 * sockets change, until lwIP's next timer, or where the port has no interrupts until it is looked
 * at again.
 */
#include "net/net_stack.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lwip/init.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#include "eal_bare/eal_net.h"
#include "net/net.h"
#include "net/net_port.h"

#define FUTEX_WAIT_PRIVATE 128 /* as in musl, which has no header for them */
#define FUTEX_WAKE_PRIVATE 129

#define SLEEP_MAX_MS 1000
#define ROUNDS_MAX 8 /* of frames in a turn, before the sockets are served again */
#define LINK_CHECK_MS 1000

/* A port without interrupts that has been quiet for so long is looked at less often. */
#define QUIET_MS 1000
#define QUIET_FACTOR 10

static const struct net_config *config;
static uint32_t word; /* what wakes the thread changes it */
static uint32_t there_word;
static bool interrupts;

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

u32_t
sys_now(void)
{
	return (u32_t)now_ms();
}

static void
check_link(void *argument)
{
	bool up = net_port_link();

	if (up != !!netif_is_link_up(&net_link))
		printf("net: link %s\n", up ? "up" : "down");
	if (up)
		netif_set_link_up(&net_link);
	else
		netif_set_link_down(&net_link);
	sys_timeout(LINK_CHECK_MS, check_link, argument);
}

/* -- Turns ------------------------------------------------------------------------------------- */

/* Returns whether anything has come. */
static bool
receive(void)
{
	unsigned count = NET_PORT_BURST;
	bool any = false;

	for (unsigned i = 0; i < ROUNDS_MAX && count == NET_PORT_BURST; i++) {
		count = net_link_receive();
		any |= count > 0;
	}
	return any;
}

static bool
turn(void)
{
	bool any = receive();

	sys_check_timeouts();
	net_tcp_serve();
	net_udp_serve();
	net_address_update(config);
	far_publish();
	return any;
}

/* How long to sleep. The interrupt is armed, if there is one; `quiet`: since when nothing came. */
static uint32_t
choose_sleep(uint64_t quiet)
{
	uint32_t ms = sys_timeouts_sleeptime();
	uint32_t poll = now_ms() - quiet < QUIET_MS ? config->poll : config->poll * QUIET_FACTOR;

	if (ms > SLEEP_MAX_MS)
		ms = SLEEP_MAX_MS;
	return interrupts || ms < poll ? ms : poll;
}

static void
sleep_on(uint32_t expected, uint32_t ms)
{
	struct timespec span = {ms / 1000, (long)(ms % 1000) * 1000000};

	syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, &span);
}

static void
note_there(void)
{
	if (there_word || !net_address_is_there())
		return;
	__atomic_store_n(&there_word, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &there_word, FUTEX_WAKE_PRIVATE, 1);
}

static void
run(void)
{
	uint64_t quiet = 0;

	lwip_init();
	net_link_begin(config);
	net_tcp_listen_begin();
	net_udp_begin();
	net_icmp_begin();
	interrupts = net_port_ring(&word);
	if (!interrupts)
		printf("net: the port is looked at every %u ms\n", config->poll);
	sys_timeout(LINK_CHECK_MS, check_link, NULL);
	for (;;) {
		uint32_t before = __atomic_load_n(&word, __ATOMIC_ACQUIRE);
		bool any = turn();

		note_there();
		if (interrupts)
			net_port_arm();
		if (any || receive()) { /* what came before the interrupt was armed */
			quiet = now_ms();
			continue;
		}
		sleep_on(before, choose_sleep(quiet));
	}
}

/* -- The start --------------------------------------------------------------------------------- */

static void
await_address(void)
{
	uint64_t end = now_ms() + config->wait * 1000u, now;

	while (!__atomic_load_n(&there_word, __ATOMIC_ACQUIRE)) {
		struct timespec left;

		now = now_ms();
		if (now >= end) {
			printf("net: no address within %u s\n", config->wait);
			return;
		}
		left.tv_sec = (time_t)((end - now) / 1000);
		left.tv_nsec = (long)((end - now) % 1000) * 1000000;
		syscall(SYS_futex, &there_word, FUTEX_WAIT_PRIVATE, 0, &left);
	}
}

void
net_stack_start(const struct net_config *settings)
{
	config = settings;
	far_begin(&word);
	if (eal_net_thread("net", run) != 0) {
		printf("net: its thread does not start\n");
		return;
	}
	if (config->wait)
		await_address();
}
