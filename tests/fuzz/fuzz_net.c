/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: net/net_link.c net/net_tcp.c net/net_tcp_listen.c net/net_tcp_serve.c net/net_udp.c */
/* SOURCES: net/net_icmp.c net/net_address.c net/net_random.c */
/*
 * Frames that another machine sends: lwIP, and what net/ puts between it and the program's sockets.
 * The input is frames, each behind its length in two bytes, and an odd byte that says what the
 * program does then. At port 7 somebody listens and reads, or not; 9 is closed.
 */
#include <stdlib.h>
#include <string.h>

#include "lwip/init.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#include "net/net_port.h"
#include "net/net_tcp.h"

#define LISTENING 7
#define FRAMES_MAX 64
#define STEP_MS 50
#define LAST_STEPS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input;
static size_t left;
static uint32_t now = 1000;

u32_t
sys_now(void)
{
	return now;
}

/* -- A port ------------------------------------------------------------------------------------ */

static char sending[2048];

void
net_port_mac(uint8_t mac[6])
{
	static const uint8_t own[6] = {0x52, 0x54, 0, 0, 0, 1};

	memcpy(mac, own, sizeof(own));
}

unsigned
net_port_mtu(void)
{
	return 1500;
}

void *
net_port_room(void **frame, size_t length)
{
	*frame = sending;
	return length <= sizeof(sending) ? sending : NULL;
}

bool
net_port_send(void *frame)
{
	return frame == sending;
}

/* The next frame of the input, in memory of just its length. */
unsigned
net_port_receive(void (*take)(const void *frame, size_t length))
{
	size_t length = left >= 2 ? (size_t)(input[0] << 8 | input[1]) & 0x7ff : 0;
	void *frame;

	if (left < 2)
		return 0;
	input += 2;
	left -= 2;
	length = length < left ? length : left;
	frame = malloc(length ? length : 1);
	memcpy(frame, input, length);
	take(frame, length);
	free(frame);
	input += length;
	left -= length;
	return 1;
}

/* -- A program: one connection after another, whose bytes come back ---------------------------- */

struct far {
	void *own;
	size_t taken;
	size_t waiting;
	bool ends, broken;
};

static struct far fars[256];
static unsigned far_count;
static uint8_t mood; /* what the program does: bits */

enum { MOOD_READS = 1, MOOD_ENDS = 2, MOOD_BREAKS = 4, MOOD_GONE = 8, MOOD_CROWDED = 16 };

/* All of it has to be there. */
static void
look_at(const uint8_t *bytes, size_t size)
{
	static volatile uint8_t last;

	for (size_t i = 0; i < size; i++)
		last = bytes[i];
	(void)last;
}

struct far *
far_next(void)
{
	return NULL;
}

void
far_look(struct far *far, struct far_wishes *wishes)
{
	memset(wishes, 0, sizeof(*wishes));
	wishes->taken = far->taken;
	wishes->ends = far->ends |= !!(mood & MOOD_ENDS);
	wishes->broken = far->broken |= !!(mood & MOOD_BREAKS);
	wishes->closed = mood & MOOD_GONE;
	wishes->waiting = far->waiting;
	wishes->time_to_live = 64;
	wishes->keep_alive = true;
	wishes->keep_idle = wishes->keep_interval = wishes->keep_count = 1;
}

void
far_keep(struct far *far, void *own)
{
	far->own = own;
}

void *
far_kept(const struct far *far)
{
	return far->own;
}

size_t
far_take(struct far *far, void *bytes, size_t size)
{
	size_t part = far->waiting < size ? far->waiting : size;

	memset(bytes, 'x', part);
	far->waiting -= part;
	return part;
}

bool
far_put(struct far *far, const void *bytes, size_t size)
{
	look_at(bytes, size);
	far->waiting += size;
	if (mood & MOOD_READS)
		far->taken += size;
	return !(mood & MOOD_GONE);
}

void
far_connected(struct far *far)
{
	(void)far;
}

void
far_end(struct far *far)
{
	far->ends = true;
}

void
far_fail(struct far *far, int error)
{
	if (!far || !error)
		abort();
}

void
far_drop(struct far *far)
{
	memset(far, 0xa5, sizeof(*far));
}

enum far_answer
far_ask(const struct far_end *local, const struct far_end *remote)
{
	(void)remote;
	if (local->port != lwip_htons(LISTENING))
		return FAR_NOBODY;
	return mood & MOOD_CROWDED ? FAR_CROWDED : FAR_LISTENS;
}

struct far *
far_accept(const struct far_end *local, const struct far_end *remote)
{
	(void)local;
	(void)remote;
	if (far_count == sizeof(fars) / sizeof(fars[0]))
		return NULL;
	memset(&fars[far_count], 0, sizeof(fars[0]));
	return &fars[far_count++];
}

bool
far_datagram_take(struct far_datagram *datagram, void *bytes)
{
	(void)datagram;
	(void)bytes;
	return false;
}

bool
far_datagram_put(const struct far_datagram *datagram, const void *bytes)
{
	look_at(bytes, datagram->length);
	return datagram->local.port == lwip_htons(LISTENING);
}

void
far_datagram_fail(const struct far_end *local, const struct far_end *remote, int error)
{
	if (!local || !remote || !error)
		abort();
}

void
far_set_addresses(const struct far_address *addresses, unsigned count, bool router4, bool router6)
{
	(void)addresses;
	(void)count;
	(void)router4;
	(void)router6;
}

/* -- The run ----------------------------------------------------------------------------------- */

/* 10.1.0.2/24, and addresses of IPv6 that the start's waits have made valid. */
static void
begin(void)
{
	static struct net_config config = {.prefix4 = 24, .prefix6 = 64};
	static const uint8_t six[16] = {0xfd, 0, 0, 1, [15] = 2};

	config.address4 = PP_HTONL(LWIP_MAKEU32(10, 1, 0, 2));
	config.router4 = PP_HTONL(LWIP_MAKEU32(10, 1, 0, 1));
	memcpy(config.address6, six, sizeof(six));
	lwip_init();
	net_link_begin(&config);
	net_tcp_listen_begin();
	net_udp_begin();
	net_icmp_begin();
	for (unsigned i = 0; i < 100; i++) {
		now += 100;
		sys_check_timeouts();
	}
}

static void
turn(void)
{
	now += STEP_MS;
	sys_check_timeouts();
	net_tcp_serve();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool begun;

	if (!begun)
		begin();
	begun = true;
	input = data;
	left = size;
	for (unsigned i = 0; i < FRAMES_MAX && left > 2; i++) {
		mood = *input++;
		left--;
		net_link_receive();
		turn();
	}
	mood = MOOD_BREAKS;
	while (tcp_active_pcbs) {
		struct tcp_pcb *pcb = tcp_active_pcbs;

		turn();
		if (pcb == tcp_active_pcbs)
			tcp_abort(pcb);
	}
	for (unsigned i = 0; i < LAST_STEPS; i++)
		turn();
	far_count = 0;
	return 0;
}
