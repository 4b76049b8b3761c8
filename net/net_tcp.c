/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How connections come about and end, and what lwIP says of them. What comes is given to the
 * program at once; all else lwIP's callbacks only note: it is done in a turn's net_tcp_serve(),
 * outside of lwIP.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

#include "net/net_tcp.h"

#define POLL_INTERVAL 2	    /* of lwIP's slow timer: a second */
#define NEIGHBOUR_POLLS 3   /* without an answer by ARP, until a host is unreachable */

static struct connection *first_due;

void
net_tcp_make_due(struct connection *connection)
{
	if (connection->due)
		return;
	connection->due = true;
	connection->next_due = first_due;
	first_due = connection;
}

struct connection *
net_tcp_next_due(void)
{
	struct connection *connection = first_due;

	if (connection) {
		first_due = connection->next_due;
		connection->due = false;
	}
	return connection;
}

/* -- What lwIP says ---------------------------------------------------------------------------- */

static err_t
on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error)
{
	struct connection *connection = argument;

	(void)pcb;
	(void)error;
	if (!packet)
		connection->fin_received = true;
	for (const struct pbuf *part = packet; part && !connection->nobody; part = part->next)
		connection->nobody = !far_put(connection->far, part->payload, part->len);
	if (packet)
		pbuf_free(packet);
	net_tcp_make_due(connection);
	return ERR_OK;
}

static err_t
on_sent(void *argument, struct tcp_pcb *pcb, u16_t length)
{
	(void)pcb;
	(void)length;
	net_tcp_make_due(argument);
	return ERR_OK;
}

/* Whether the machine that a packet goes to first is known by its MAC. */
static bool
has_neighbour(const struct tcp_pcb *pcb)
{
	const ip4_addr_t *next = ip_2_ip4(&pcb->remote_ip), *found_ip;
	struct eth_addr *found;

	if (!IP_IS_V4(&pcb->remote_ip))
		return true;
	if (!ip4_addr_netcmp(next, netif_ip4_addr(&net_link), netif_ip4_netmask(&net_link)))
		next = netif_ip4_gw(&net_link);
	return etharp_find_addr(&net_link, next, &found, &found_ip) >= 0;
}

static err_t
on_poll(void *argument, struct tcp_pcb *pcb)
{
	struct connection *connection = argument;

	if (!connection->connected && ++connection->polls >= NEIGHBOUR_POLLS &&
	    !has_neighbour(pcb))
		connection->error = EHOSTUNREACH;
	net_tcp_make_due(connection);
	return ERR_OK;
}

/* lwIP has freed its control block. */
static void
on_error(void *argument, err_t error)
{
	struct connection *connection = argument;

	connection->pcb = NULL;
	if (error == ERR_RST)
		connection->error = connection->connected ? ECONNRESET : ECONNREFUSED;
	else if (error == ERR_ABRT)
		connection->error = ETIMEDOUT;
	net_tcp_make_due(connection);
}

static err_t
on_connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct connection *connection = argument;

	(void)pcb;
	(void)error;
	connection->connected = true;
	far_connected(connection->far);
	net_tcp_make_due(connection);
	return ERR_OK;
}

/* -- Beginning and ending ---------------------------------------------------------------------- */

static struct connection *
make_connection(struct tcp_pcb *pcb, struct far *far)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return NULL;
	connection->pcb = pcb;
	connection->far = far;
	far_keep(far, connection);
	tcp_arg(pcb, connection);
	tcp_recv(pcb, on_received);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
	tcp_poll(pcb, on_poll, POLL_INTERVAL);
	tcp_setprio(pcb, TCP_PRIO_NORMAL);
	return connection;
}

/* lwIP goes on alone, or not at all. */
static struct tcp_pcb *
detach(struct connection *connection)
{
	struct tcp_pcb *pcb = connection->pcb;

	connection->pcb = NULL;
	if (pcb) {
		tcp_arg(pcb, NULL);
		tcp_recv(pcb, NULL);
		tcp_sent(pcb, NULL);
		tcp_err(pcb, NULL);
		tcp_poll(pcb, NULL, 0);
	}
	return pcb;
}

/* It is on no list. */
static void
free_connection(struct connection *connection)
{
	far_drop(connection->far);
	free(connection->held);
	free(connection);
}

void
net_tcp_break_off(struct connection *connection)
{
	struct tcp_pcb *pcb = detach(connection);

	if (pcb)
		tcp_abort(pcb);
	free_connection(connection);
}

void
net_tcp_leave(struct connection *connection)
{
	struct tcp_pcb *pcb = detach(connection);

	if (tcp_close(pcb) != ERR_OK)
		tcp_abort(pcb);
	free_connection(connection);
}

int
net_tcp_adopt(struct tcp_pcb *pcb, struct far *far)
{
	struct connection *connection = make_connection(pcb, far);

	if (!connection)
		return -1;
	connection->connected = true;
	net_tcp_make_due(connection);
	return 0;
}

static int
error_of(err_t error)
{
	switch (error) {
	case ERR_RTE:
		return ENETUNREACH;
	case ERR_MEM:
	case ERR_BUF:
		return ENOBUFS;
	default:
		return EADDRNOTAVAIL;
	}
}

void
net_tcp_connect(struct far *far, const struct far_wishes *wishes)
{
	ip_addr_t local = net_ip(wishes->local.address), remote = net_ip(wishes->remote.address);
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&remote));
	struct connection *connection = pcb ? make_connection(pcb, far) : NULL;
	err_t error = ERR_MEM;

	if (connection) {
		ip_set_option(pcb, SOF_REUSEADDR); /* libc has seen to it that nobody else has it */
		error = tcp_bind(pcb, &local, lwip_ntohs(wishes->local.port));
	}
	if (error == ERR_OK)
		error = tcp_connect(pcb, &remote, lwip_ntohs(wishes->remote.port), on_connected);
	if (error == ERR_OK)
		return;
	far_fail(far, error_of(error));
	if (connection) {
		net_tcp_break_off(connection);
	} else {
		if (pcb)
			tcp_abort(pcb);
		far_drop(far);
	}
}

void
net_tcp_unreachable(const struct far_end *local, const struct far_end *remote, int error)
{
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		struct far_end here = net_end(&pcb->local_ip, pcb->local_port);
		struct far_end there = net_end(&pcb->remote_ip, pcb->remote_port);

		if (pcb->state != SYN_SENT || memcmp(&here, local, sizeof(here)) != 0 ||
		    memcmp(&there, remote, sizeof(there)) != 0)
			continue;
		((struct connection *)pcb->callback_arg)->error = error;
		net_tcp_make_due(pcb->callback_arg);
	}
}
