/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: tests/models/ix82599/access.c tests/models/ix82599/checksum.c */
/* SOURCES: tests/models/ix82599/eeprom.c tests/models/ix82599/fdir.c */
/* SOURCES: tests/models/ix82599/fdir_hash.c tests/models/ix82599/filter.c */
/* SOURCES: tests/models/ix82599/fivetuple.c tests/models/ix82599/general.c */
/* SOURCES: tests/models/ix82599/i2c.c tests/models/ix82599/intr.c */
/* SOURCES: tests/models/ix82599/intr_regs.c tests/models/ix82599/link.c */
/* SOURCES: tests/models/ix82599/model.c tests/models/ix82599/msix.c */
/* SOURCES: tests/models/ix82599/offload.c tests/models/ix82599/parse.c */
/* SOURCES: tests/models/ix82599/pci.c tests/models/ix82599/pool.c */
/* SOURCES: tests/models/ix82599/regs_table.c */
/* SOURCES: tests/models/ix82599/rss.c tests/models/ix82599/rx.c tests/models/ix82599/rx_queue.c */
/* SOURCES: tests/models/ix82599/spi.c tests/models/ix82599/stats.c tests/models/ix82599/tx.c */
/* SOURCES: tests/models/ix82599/tx_queue.c */
/*
 * The 82599 model's pools: which of them a packet is for, and which of their queues.
 */
#include "tests/models/ix82599/steer.h"
#include "tests/unit/ix82599_fake.h"

#define POOL(n) (1ull << (n))
#define VLAN_AT 12

static const uint8_t broadcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

/* A 64-bit list of pools in a pair of registers. */
static void
write_list(struct fake *f, uint32_t table, unsigned n, uint64_t pools)
{
	ix_write(f->ix, table + 8 * n, (uint32_t)pools);
	ix_write(f->ix, table + 8 * n + 4, (uint32_t)(pools >> 32));
}

/* Pools on, all receiving; address 1 is 02:00:00:00:00:PP. */
static void
pools_up(struct fake *f, uint32_t mode)
{
	fake_start(f, IX_DEVICE_KX4);
	ix_write(f->ix, IX_MRQC, mode);
	ix_write(f->ix, IX_PFVTCTL,
		 IX_PFVTCTL_VT_ENA | IX_PFVTCTL_RPL_EN | IX_PFVTCTL_DIS_DEF_PL);
	write_list(f, IX_PFVFRE, 0, ~0ull);
	ix_write(f->ix, IX_RAL + 8, 0x00000002);
	ix_write(f->ix, IX_RAL + 12, IX_RAH_AV | 0x0700);
}

/* A frame to 02:00:00:00:00:07, tagged unless tag is 0; gives the length. */
static size_t
make_tagged(uint8_t *frame, uint16_t tag)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };

	make_frame(frame, 100);
	memcpy(frame, mac, sizeof(mac));
	if (tag) {
		ix_put16(frame + VLAN_AT, 0x8100);
		ix_put16(frame + VLAN_AT + 2, tag);
	}
	return 100;
}

static void
test_addresses(void)
{
	uint8_t frame[100];
	struct fake f;
	size_t len = make_tagged(frame, 0);

	pools_up(&f, IX_MRQC_MRQE_POOLS64);
	CHECK_EQ(ix_pools(f.ix, frame, len), 0);
	write_list(&f, IX_MPSAR, 1, POOL(3) | POOL(40));
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(3) | POOL(40));
	write_list(&f, IX_PFVFRE, 0, POOL(40));
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(40));
	write_list(&f, IX_PFVFRE, 0, ~0ull);

	/* The unicast table: bits 47:36 of the address, 0x070. */
	ix_write(f.ix, IX_PFUTA + 4 * (0x70 / 32), 1u << 0x70 % 32);
	ix_write(f.ix, IX_PFVML2FLT + 4 * 9, IX_PFVML2FLT_ROPE);
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(3) | POOL(9) | POOL(40));

	frame[0] = 1;
	CHECK_EQ(ix_pools(f.ix, frame, len), 0);
	ix_write(f.ix, IX_PFVML2FLT + 4 * 10, IX_PFVML2FLT_MPE);
	ix_write(f.ix, IX_PFVML2FLT + 4 * 11, IX_PFVML2FLT_ROMPE);
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(10));
	ix_write(f.ix, IX_MTA + 4 * (0x70 / 32), 1u << 0x70 % 32);
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(10) | POOL(11));

	memcpy(frame, broadcast, sizeof(broadcast));
	ix_write(f.ix, IX_PFVML2FLT + 4 * 12, IX_PFVML2FLT_BAM);
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(12));
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

/* A pool must have the address and the VLAN; what nobody has is the default pool's, if any. */
static void
test_vlans(void)
{
	uint8_t frame[100];
	struct fake f;
	size_t len = make_tagged(frame, 5);

	pools_up(&f, IX_MRQC_MRQE_POOLS64);
	write_list(&f, IX_MPSAR, 1, POOL(3) | POOL(40));
	ix_write(f.ix, IX_VLNCTRL, 0x8100 | IX_VLNCTRL_VFE);
	CHECK_EQ(ix_pools(f.ix, frame, len), 0);
	ix_write(f.ix, IX_PFVLVF + 4 * 2, IX_PFVLVF_VI_EN | 5);
	write_list(&f, IX_PFVLVFB, 2, POOL(40) | POOL(41));
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(40));
	make_tagged(frame, 6);
	CHECK_EQ(ix_pools(f.ix, frame, len), 0);
	ix_write(f.ix, IX_PFVTCTL,
		 IX_PFVTCTL_VT_ENA | IX_PFVTCTL_RPL_EN | 22u << IX_PFVTCTL_DEF_PL_SHIFT);
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(22));
	make_tagged(frame, 0);
	ix_write(f.ix, IX_PFVML2FLT + 4 * 3, IX_PFVML2FLT_AUPE);
	CHECK_EQ(ix_pools(f.ix, frame, len), POOL(3));
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

static void
test_queues(void)
{
	static const struct {
		uint32_t mode;
		unsigned queue;		/* of pool 5, priority 6, redirection 7 */
	} cases[] = {
		{ IX_MRQC_MRQE_POOLS64, 10 }, { IX_MRQC_MRQE_POOLS64_RSS, 11 },
		{ IX_MRQC_MRQE_POOLS32_RSS, 23 }, { IX_MRQC_MRQE_POOLS32_TC4, 22 },
		{ IX_MRQC_MRQE_POOLS16_TC8, 42 },
	};
	uint8_t frame[100];
	struct ix_packet p;
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	make_tagged(frame, 6u << 13 | 5);
	ix_parse(&p, frame, sizeof(frame), 0x8100);
	ix_write(f.ix, IX_RTRUP2TC, 2u << 3 * 6);
	for (unsigned n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		ix_write(f.ix, IX_MRQC, cases[n].mode);
		CHECK_EQ(ix_pool_queue(f.ix, 5, &p, 7), cases[n].queue);
	}
	fake_end(&f);
}

/* Both pools of a packet get it, each in its own ring. */
static void
test_copies(void)
{
	uint8_t frame[100];
	struct fake f;
	size_t len = make_tagged(frame, 0);

	pools_up(&f, IX_MRQC_MRQE_POOLS64);
	write_list(&f, IX_MPSAR, 1, POOL(0) | POOL(40));
	rx_queue_up(&f, 80, RX_RING + 0x400, RX_BUFFERS + 0x10000, SRRCTL_2K);
	rx_up(&f);
	ix_receive(f.ix, frame, len);
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 1);
	CHECK_EQ(ix_read(f.ix, rx_reg(80, IX_RX_RDH)), 1);
	CHECK_EQ(memcmp(f.memory + (RX_BUFFERS - FAKE_BASE), frame, len), 0);
	CHECK_EQ(memcmp(f.memory + (RX_BUFFERS + 0x10000 - FAKE_BASE), frame, len), 0);
	CHECK_EQ(f.mistakes, 0);

	ix_write(f.ix, IX_PFVTCTL, IX_PFVTCTL_VT_ENA);
	ix_pools(f.ix, frame, len);
	CHECK_MISTAKES(&f, 1, "Rpl_En");
	ix_write(f.ix, IX_MRQC, IX_MRQC_MRQE_RSS);
	CHECK_EQ(ix_pools(f.ix, frame, len), 0);
	CHECK_MISTAKES(&f, 1, "MRQC.MRQE");
	fake_end(&f);
}

int
main(void)
{
	test_addresses();
	test_vlans();
	test_queues();
	test_copies();
	return check_end();
}
