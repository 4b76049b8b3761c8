/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What comes out of the port net_pcap0 is compressed and uncompressed again by the device
 * compress_zlib, and goes out at the other port. Ends when nothing has come for a while.
 */
#include <rte_compressdev.h>
#include <rte_cycles.h>
#include <rte_debug.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <stdio.h>
#include <string.h>

#define FRAMES 32
#define MBUFS 1024

enum { COMPRESS = 0 }; /* the only compressing device */

static struct rte_mempool *mbufs, *operations;

/* A port with one queue each way, started, its link up if it has one. */
static void
start_port(uint16_t port)
{
	struct rte_eth_conf conf = {0};
	struct rte_eth_link link;

	if (rte_eth_dev_configure(port, 1, 1, &conf) ||
	    rte_eth_rx_queue_setup(port, 0, 128, SOCKET_ID_ANY, NULL, mbufs) ||
	    rte_eth_tx_queue_setup(port, 0, 128, SOCKET_ID_ANY, NULL) || rte_eth_dev_start(port))
		rte_panic("port %u does not start\n", port);
	rte_eth_link_get(port, &link);
	if (!link.link_status)
		rte_panic("port %u has no link\n", port);
}

static void *
new_transform(enum rte_comp_xform_type type)
{
	struct rte_comp_xform transform = {.type = type};
	void *made = NULL;

	if (type == RTE_COMP_COMPRESS)
		transform.compress = (struct rte_comp_compress_xform){
			.algo = RTE_COMP_ALGO_DEFLATE,
			.deflate.huffman = RTE_COMP_HUFFMAN_FIXED,
			.level = RTE_COMP_LEVEL_PMD_DEFAULT, .window_size = 15};
	else
		transform.decompress = (struct rte_comp_decompress_xform){
			.algo = RTE_COMP_ALGO_DEFLATE, .window_size = 15};
	if (rte_compressdev_private_xform_create(COMPRESS, &transform, &made))
		rte_panic("no transform\n");
	return made;
}

/* What the device makes of a frame; the frame is freed. */
static struct rte_mbuf *
transformed(struct rte_mbuf *frame, void *transform)
{
	struct rte_comp_op *op = rte_comp_op_alloc(operations);
	struct rte_mbuf *target = rte_pktmbuf_alloc(mbufs);

	rte_pktmbuf_append(target, 1600);
	op->m_src = frame;
	op->m_dst = target;
	op->src.length = rte_pktmbuf_data_len(frame);
	op->private_xform = transform;
	op->flush_flag = RTE_COMP_FLUSH_FINAL;
	op->op_type = RTE_COMP_OP_STATELESS;
	if (rte_compressdev_enqueue_burst(COMPRESS, 0, &op, 1) != 1 ||
	    rte_compressdev_dequeue_burst(COMPRESS, 0, &op, 1) != 1 ||
	    op->status != RTE_COMP_OP_STATUS_SUCCESS)
		rte_panic("the device does not do it\n");
	rte_pktmbuf_trim(target, 1600 - op->produced);
	rte_pktmbuf_free(frame);
	rte_comp_op_free(op);
	return target;
}

static void
start_compressing(void)
{
	struct rte_compressdev_config conf = {
		.nb_queue_pairs = 1, .max_nb_priv_xforms = 2, .socket_id = SOCKET_ID_ANY};

	operations = rte_comp_op_pool_create("operations", 64, 0, 0, SOCKET_ID_ANY);
	if (!operations || rte_compressdev_configure(COMPRESS, &conf) ||
	    rte_compressdev_queue_pair_setup(COMPRESS, 0, 16, SOCKET_ID_ANY) ||
	    rte_compressdev_start(COMPRESS))
		rte_panic("no compressing\n");
}

int
main(int argc, char **argv)
{
	void *compress, *uncompress;
	uint16_t from, to, seen = 0;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	mbufs = rte_pktmbuf_pool_create("mbufs", MBUFS, 0, 0, 2048, SOCKET_ID_ANY);
	if (!mbufs || rte_eth_dev_get_port_by_name("net_pcap0", &from))
		rte_panic("no port net_pcap0\n");
	to = !from;
	start_compressing();
	compress = new_transform(RTE_COMP_COMPRESS);
	uncompress = new_transform(RTE_COMP_DECOMPRESS);
	start_port(to);
	start_port(from);
	for (uint64_t end = rte_get_timer_cycles() + 20 * rte_get_timer_hz();
	     seen < FRAMES && rte_get_timer_cycles() < end;) {
		struct rte_mbuf *frame;

		if (!rte_eth_rx_burst(from, 0, &frame, 1))
			continue;
		frame = transformed(transformed(frame, compress), uncompress);
		while (!rte_eth_tx_burst(to, 0, &frame, 1))
			;
		seen++;
	}
	printf("%u frames, compressed and back\n", seen);
	rte_delay_ms(100); /* the last frame is on the wire */
	rte_eth_dev_stop(to);
	rte_compressdev_stop(COMPRESS);
	return rte_eal_cleanup();
}
