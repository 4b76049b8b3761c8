/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Connections that other machines ask for. Where the program listens is libc's affair alone: it is
 * asked when a SYN comes, before lwIP has it, and lwIP listens at those ports where that was so.
 *
 * A SYN makes a control block, of which there are so many: with HALF_OPEN_MAX that have not been
 * answered the oldest goes, so that a flood of SYNs costs those who really ask a try at most, and
 * the connections that there are nothing.
 */
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"
#include "lwip/raw.h"
#include "lwip/tcp.h"

#include "net/net.h"

#define HALF_OPEN_MAX 128
#define BACKLOG 255

/* -- Listening --------------------------------------------------------------------------------- */

static err_t
on_accept(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct far_end local, remote;
	struct far *far;

	(void)argument;
	if (error != ERR_OK || !pcb)
		return ERR_VAL;
	local = net_end(&pcb->local_ip, pcb->local_port);
	remote = net_end(&pcb->remote_ip, pcb->remote_port);
	far = far_accept(&local, &remote);
	if (far && net_tcp_adopt(pcb, far) == 0)
		return ERR_OK;
	if (far)
		far_drop(far);
	tcp_abort(pcb);
	return ERR_ABRT;
}

static struct tcp_pcb_listen *
find_listening(uint16_t port)
{
	struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs;

	while (pcb && pcb->local_port != port)
		pcb = pcb->next;
	return pcb;
}

/* Makes room for another port by those where nobody listens any more. */
static void
close_unused(void)
{
	struct tcp_pcb_listen *pcb, *next;
	struct far_end nobody = {.port = 0};

	for (pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = next) {
		struct far_end local = net_end(netif_ip_addr4(&net_link), pcb->local_port);

		next = pcb->next;
		if (far_ask(&local, &nobody) == FAR_NOBODY)
			tcp_close((struct tcp_pcb *)pcb);
	}
}

static void
listen_at(uint16_t port)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY), *listening;

	if (!pcb)
		return;
	ip_set_option(pcb, SOF_REUSEADDR);
	tcp_setprio(pcb, TCP_PRIO_MIN); /* what it makes goes before a connection does */
	if (tcp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK) {
		tcp_abort(pcb);
		return;
	}
	listening = tcp_listen_with_backlog(pcb, BACKLOG);
	if (!listening) {
		close_unused();
		listening = tcp_listen_with_backlog(pcb, BACKLOG);
	}
	if (listening)
		tcp_accept(listening, on_accept);
	else
		tcp_abort(pcb);
}

/* -- Half-open connections --------------------------------------------------------------------- */

static void
trim_half_open(void)
{
	struct tcp_pcb *oldest = NULL;
	unsigned count = 0;

	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		if (pcb->state != SYN_RCVD)
			continue;
		count++;
		if (!oldest || tcp_ticks - pcb->tmr > tcp_ticks - oldest->tmr)
			oldest = pcb;
	}
	if (count >= HALF_OPEN_MAX)
		tcp_abandon(oldest, 0);
}

/* -- Each segment ------------------------------------------------------------------------------ */

/* Has lwIP listen as the program does. Returns whether the SYN is to be lost. */
static bool
answer(uint16_t port, uint16_t remote_port)
{
	struct far_end local = net_end(ip_current_dest_addr(), port);
	struct far_end remote = net_end(ip_current_src_addr(), remote_port);
	struct tcp_pcb_listen *listening = find_listening(port);

	switch (far_ask(&local, &remote)) {
	case FAR_CROWDED:
		return true;
	case FAR_LISTENS:
		trim_half_open();
		if (!listening)
			listen_at(port);
		return false;
	case FAR_NOBODY:
		if (listening)
			tcp_close((struct tcp_pcb *)listening);
		return false;
	}
	return false;
}

static u8_t
on_segment(void *argument, struct raw_pcb *raw, struct pbuf *packet, const ip_addr_t *from)
{
	struct tcp_hdr header;
	u16_t at = ip_current_header_tot_len();

	(void)argument;
	(void)raw;
	(void)from;
	if (pbuf_copy_partial(packet, &header, sizeof(header), at) != sizeof(header) ||
	    (TCPH_FLAGS(&header) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN ||
	    !answer(lwip_ntohs(header.dest), lwip_ntohs(header.src)))
		return 0;
	pbuf_free(packet);
	return 1;
}

void
net_tcp_listen_begin(void)
{
	struct raw_pcb *raw = raw_new_ip_type(IPADDR_TYPE_ANY, IP_PROTO_TCP);

	if (raw)
		raw_recv(raw, on_segment, NULL);
}
