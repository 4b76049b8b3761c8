/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One queue each way of a DPDK port, run by the stack's thread, and by nobody else.
 *
 * Of drivers that have receive interrupts some have them in name only: e1000's come without end,
 * and e1000e's get lost (docs/operate.md). Those are polled.
 */
#include "net/net_port.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_bus.h>
#include <rte_dev.h>
#include <rte_epoll.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_interrupts.h>
#include <rte_mbuf.h>

#include "eal_bare/eal_net.h"
#include "net/net_config.h"

#define FUTEX_WAKE_PRIVATE 129 /* as in musl, which has no header for it */

#define DESCRIPTORS 256
#define BUFFERS 2047
#define OWNER "linuxless-net"

/* Whose receive interrupts were seen to work. */
static const char *const interrupting[] = {"net_virtio", "net_vmxnet3", "net_ixgbe", "net_ixgbe_vf",
					   "net_i40e", "net_ice", "net_e1000_igb", "net_igc"};

static uint16_t port = RTE_MAX_ETHPORTS;
static struct rte_mempool *buffers;
static bool interrupts;
static uint32_t *ring_word;

/* -- Which device ------------------------------------------------------------------------------ */

/* Probes a device and looks whether its port has an address. */
static bool
has_mac(const char *pci, const uint8_t mac[6])
{
	struct rte_ether_addr address;
	uint16_t found;
	bool same;

	if (rte_eal_hotplug_add("pci", pci, "") != 0)
		return false;
	same = rte_eth_dev_get_port_by_name(pci, &found) == 0 &&
	       rte_eth_macaddr_get(found, &address) == 0 &&
	       memcmp(address.addr_bytes, mac, sizeof(address.addr_bytes)) == 0;
	rte_eal_hotplug_remove("pci", pci);
	return same;
}

void
net_port_hide(const struct net_config *config)
{
	eal_net_hide(config->pci);
}

int
net_port_keep(struct net_config *config)
{
	char pci[NET_PCI_SIZE];

	if (config->pci[0] != '\0')
		return 0;
	eal_net_hide(NULL);
	for (unsigned i = 0; config->pci[0] == '\0' && eal_net_adapter(i, pci, sizeof(pci)); i++)
		if (has_mac(pci, config->mac))
			strcpy(config->pci, pci);
	if (config->pci[0] != '\0')
		eal_net_hide(config->pci);
	if (eal_net_scan() == 0 && config->pci[0] != '\0')
		return 0;
	printf("net: no port has the address " RTE_ETHER_ADDR_PRT_FMT "\n", config->mac[0],
	       config->mac[1], config->mac[2], config->mac[3], config->mac[4], config->mac[5]);
	return -1;
}

/* -- Starting it ------------------------------------------------------------------------------- */

/* From here on the application does not see it. */
static int
take_port(const char *pci)
{
	struct rte_eth_dev_owner owner = {.name = OWNER};

	if (rte_eth_dev_get_port_by_name(pci, &port) != 0)
		return -ENODEV;
	rte_eth_dev_owner_new(&owner.id);
	return rte_eth_dev_owner_set(port, &owner);
}

static bool
has_interrupts(const struct rte_eth_dev_info *info)
{
	for (unsigned i = 0; i < RTE_DIM(interrupting); i++)
		if (strcmp(info->driver_name, interrupting[i]) == 0)
			return true;
	return false;
}

/* With receive interrupts if that can be had, and with what lets frames with a tag in. */
static int
configure(uint16_t vlan)
{
	struct rte_eth_conf conf = {.rxmode = {.mtu = 0}};
	struct rte_eth_dev_info info;
	int error = rte_eth_dev_info_get(port, &info);

	if (error != 0)
		return error;
	conf.intr_conf.rxq = has_interrupts(&info);
	if (vlan != 0)
		conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_VLAN_FILTER;
	error = rte_eth_dev_configure(port, 1, 1, &conf);
	interrupts = conf.intr_conf.rxq && error == 0;
	if (error == 0 || !conf.intr_conf.rxq)
		return error;
	conf.intr_conf.rxq = 0;
	return rte_eth_dev_configure(port, 1, 1, &conf);
}

/* Multicast, which IPv6 needs, and frames with a tag; all that there is, where it must be. */
static int
let_in(uint16_t vlan)
{
	if (rte_eth_allmulticast_enable(port) == 0 &&
	    (vlan == 0 || rte_eth_dev_vlan_filter(port, vlan, 1) == 0))
		return 0;
	return rte_eth_promiscuous_enable(port);
}

static int
start(uint16_t vlan)
{
	int node = rte_eth_dev_socket_id(port);
	uint16_t in = DESCRIPTORS, out = DESCRIPTORS;
	int error = configure(vlan);

	if (error != 0)
		return error;
	buffers = rte_pktmbuf_pool_create("linuxless-net", BUFFERS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					  node);
	if (buffers == NULL)
		return -rte_errno;
	error = rte_eth_dev_adjust_nb_rx_tx_desc(port, &in, &out);
	if (error == 0)
		error = rte_eth_rx_queue_setup(port, 0, in, node, NULL, buffers);
	if (error == 0)
		error = rte_eth_tx_queue_setup(port, 0, out, node, NULL);
	if (error == 0)
		error = rte_eth_dev_start(port);
	return error == 0 ? let_in(vlan) : error;
}

int
net_port_start(const struct net_config *config)
{
	int error;

	eal_net_hide(NULL);
	error = rte_eal_hotplug_add("pci", config->pci, "");
	if (error == 0)
		error = take_port(config->pci);
	if (error == 0)
		error = start(config->vlan);
	if (error == 0)
		return 0;
	printf("net: %s: %s\n", config->pci, rte_strerror(error < 0 ? -error : error));
	return -1;
}

void
net_port_mac(uint8_t mac[6])
{
	struct rte_ether_addr address = {0};

	rte_eth_macaddr_get(port, &address);
	memcpy(mac, address.addr_bytes, sizeof(address.addr_bytes));
}

unsigned
net_port_mtu(void)
{
	uint16_t mtu = RTE_ETHER_MTU;

	rte_eth_dev_get_mtu(port, &mtu);
	return RTE_MIN(mtu, RTE_ETHER_MTU);
}

bool
net_port_link(void)
{
	struct rte_eth_link link;

	return rte_eth_link_get_nowait(port, &link) != 0 ||
	       link.link_status == RTE_ETH_LINK_UP;
}

unsigned
net_port_number(void)
{
	return port;
}

/* -- Frames ------------------------------------------------------------------------------------ */

void *
net_port_room(void **frame, size_t length)
{
	struct rte_mbuf *buffer = rte_pktmbuf_alloc(buffers);

	*frame = buffer;
	if (buffer == NULL)
		return NULL;
	if (length <= rte_pktmbuf_tailroom(buffer))
		return rte_pktmbuf_append(buffer, (uint16_t)length);
	rte_pktmbuf_free(buffer);
	return NULL;
}

bool
net_port_send(void *frame)
{
	struct rte_mbuf *buffer = frame;

	if (rte_eth_tx_burst(port, 0, &buffer, 1) == 1)
		return true;
	rte_pktmbuf_free(buffer);
	return false;
}

unsigned
net_port_receive(void (*take)(const void *frame, size_t length))
{
	struct rte_mbuf *burst[NET_PORT_BURST];
	unsigned count = rte_eth_rx_burst(port, 0, burst, NET_PORT_BURST);

	for (unsigned i = 0; i < count; i++) {
		if (burst[i]->nb_segs == 1)
			take(rte_pktmbuf_mtod(burst[i], void *), burst[i]->data_len);
		rte_pktmbuf_free(burst[i]);
	}
	return count;
}

/* -- Interrupts and threads -------------------------------------------------------------------- */

/* Sleeps on the receive interrupt and rings: it is no descriptor, so that a thread cannot wait for
 * it and for something else. */
static void
wait_for_frames(void)
{
	struct rte_epoll_event event;

	if (rte_eth_dev_rx_intr_ctl_q(port, 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD, NULL)) {
		printf("net: the port's interrupt cannot be waited for\n");
		return;
	}
	net_port_arm();
	for (;;) {
		if (rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, -1) <= 0)
			continue;
		__atomic_add_fetch(ring_word, 1, __ATOMIC_RELEASE);
		syscall(SYS_futex, ring_word, FUTEX_WAKE_PRIVATE, 1);
	}
}

bool
net_port_ring(uint32_t *word)
{
	ring_word = word;
	return interrupts && eal_net_thread("net-rx", wait_for_frames) == 0;
}

void
net_port_arm(void)
{
	rte_eth_dev_rx_intr_enable(port, 0);
}
