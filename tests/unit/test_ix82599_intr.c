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
 * The 82599 model's interrupts (causes, masks, auto clear and mask, moderation, the MSI-X table)
 * and its flow director.
 */
#include "tests/models/ix82599/steer.h"
#include "tests/unit/ix82599_fake.h"

#define MSIX_CONTROL 0x72u
#define MSIX_ON 0x8000u
#define MSIX_MASKED 0x4000u
#define QUEUE_VECTOR 3u
#define OTHER_VECTOR 5u

static void
msix_up(struct fake *f)
{
	for (unsigned v = 0; v < 8; v++) {
		ix_msix_write(f->ix, 16 * v, 0xFEE01000);
		ix_msix_write(f->ix, 16 * v + 4, 0);
		ix_msix_write(f->ix, 16 * v + 8, 0x40 + v);
		ix_msix_write(f->ix, 16 * v + 12, 0);
	}
	ix_pci_write(f->ix, MSIX_CONTROL, MSIX_ON, 2);
	ix_write(f->ix, IX_GPIE, IX_GPIE_MULTIPLE_MSIX | IX_GPIE_OCD | IX_GPIE_EIAME);
	ix_write(f->ix, IX_IVAR, IX_IVAR_VALID | QUEUE_VECTOR);
	ix_write(f->ix, IX_IVAR_MISC, (IX_IVAR_VALID | OTHER_VECTOR) << 8);
}

static void
receive_one(struct fake *f)
{
	uint8_t frame[60];

	make_frame(frame, sizeof(frame));
	ix_receive(f->ix, frame, sizeof(frame));
}

static void
test_queue_vector(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	msix_up(&f);
	receive_one(&f);
	CHECK_EQ(f.messages, 0);		/* not enabled yet */
	CHECK_EQ(ix_read(f.ix, IX_EICS) & IX_EICR_QUEUES, 1u << QUEUE_VECTOR);
	ix_write(f.ix, IX_EIMS_EX, 1u << QUEUE_VECTOR);
	CHECK_EQ(f.messages, 1);
	CHECK_EQ(f.message_addr, 0xFEE01000);
	CHECK_EQ(f.message_data, 0x40 + QUEUE_VECTOR);
	receive_one(&f);			/* the cause is still set: no second message */
	CHECK_EQ(f.messages, 1);
	ix_write(f.ix, IX_EICR, 1u << QUEUE_VECTOR);
	receive_one(&f);
	CHECK_EQ(f.messages, 2);
	ix_write(f.ix, IX_EICR, 1u << QUEUE_VECTOR);
	ix_write(f.ix, IX_EIAC, 1u << QUEUE_VECTOR);
	receive_one(&f);
	CHECK_EQ(ix_read(f.ix, IX_EICS) & IX_EICR_QUEUES, 0);	/* cleared by its message */
	receive_one(&f);
	CHECK_EQ(f.messages, 4);
	ix_write(f.ix, IX_EIAM_EX, 1u << QUEUE_VECTOR);
	receive_one(&f);
	CHECK_EQ(f.messages, 5);
	CHECK_EQ(ix_read(f.ix, IX_EIMS_EX), 0);	/* masked by its message */
	receive_one(&f);
	CHECK_EQ(f.messages, 5);
	ix_write(f.ix, IX_EIMS_EX, 1u << QUEUE_VECTOR);
	CHECK_EQ(f.messages, 6);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

static void
test_other_causes(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	msix_up(&f);
	ix_read(f.ix, IX_EICR);
	ix_write(f.ix, IX_EIMS, IX_EICR_LSC);
	ix_set_cable(f.ix, false);
	CHECK_EQ(f.messages, 1);
	CHECK_EQ(f.message_data, 0x40 + OTHER_VECTOR);
	CHECK_EQ(ix_read(f.ix, IX_EICS), IX_EICR_LSC | IX_EICR_OTHER);
	ix_set_cable(f.ix, true);
	CHECK_EQ(f.messages, 1);
	CHECK_EQ(ix_read(f.ix, IX_EICR), IX_EICR_LSC | IX_EICR_OTHER);
	ix_set_cable(f.ix, false);
	CHECK_EQ(f.messages, 2);
	ix_write(f.ix, IX_EIMC, IX_EICR_LSC);
	ix_set_cable(f.ix, true);
	CHECK_EQ(f.messages, 2);
	ix_write(f.ix, IX_EICS, 1u << 25);
	ix_write(f.ix, IX_EIMS, 1u << 25);
	CHECK_EQ(f.messages, 3);
	fake_end(&f);
}

/* 100 µs between messages: the first at once, the next when the time is over. */
static void
test_moderation(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	msix_up(&f);
	f.now_us = 1000;
	ix_write(f.ix, IX_EITR_LOW + 4 * QUEUE_VECTOR, 50u << IX_EITR_INTERVAL_SHIFT);
	ix_write(f.ix, IX_EIAC, 1u << QUEUE_VECTOR);
	ix_write(f.ix, IX_EIMS_EX, 1u << QUEUE_VECTOR);
	receive_one(&f);
	CHECK_EQ(f.messages, 1);
	receive_one(&f);
	receive_one(&f);
	CHECK_EQ(f.messages, 1);
	CHECK_EQ(ix_timers(f.ix), 1100);
	f.now_us = 1099;
	ix_timers(f.ix);
	CHECK_EQ(f.messages, 1);
	f.now_us = 1100;
	CHECK_EQ(ix_timers(f.ix), UINT64_MAX);
	CHECK_EQ(f.messages, 2);
	receive_one(&f);
	CHECK_EQ(f.messages, 2);
	/* A reset takes back what waited. */
	ix_write(f.ix, IX_CTRL, IX_CTRL_RST);
	f.now_us = 5000;
	CHECK_EQ(ix_timers(f.ix), UINT64_MAX);
	CHECK_EQ(f.messages, 2);
	fake_end(&f);
}

/* A masked entry's message waits in the pending bits. */
static void
test_table_masks(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	msix_up(&f);
	ix_write(f.ix, IX_EIMS_EX, 1u << QUEUE_VECTOR);
	ix_msix_write(f.ix, 16 * QUEUE_VECTOR + 12, 1);
	receive_one(&f);
	CHECK_EQ(f.messages, 0);
	CHECK_EQ(ix_msix_read(f.ix, 0x2000), 1u << QUEUE_VECTOR);
	ix_msix_write(f.ix, 16 * QUEUE_VECTOR + 12, 0);
	CHECK_EQ(f.messages, 1);
	CHECK_EQ(ix_msix_read(f.ix, 0x2000), 0);
	ix_write(f.ix, IX_EICR, 1u << QUEUE_VECTOR);
	ix_pci_write(f.ix, MSIX_CONTROL, MSIX_ON | MSIX_MASKED, 2);
	receive_one(&f);
	CHECK_EQ(f.messages, 1);
	ix_pci_write(f.ix, MSIX_CONTROL, MSIX_ON, 2);
	CHECK_EQ(f.messages, 2);
	fake_end(&f);
}

#define FDIR_QUEUE 2u
#define FDIR_ID 0x123u

/* What a driver does for a perfect filter of make_ipv4()'s UDP frames. */
static void
add_filter(struct fake *f, uint16_t src_port, uint32_t command)
{
	uint32_t words[11] = { [0] = 1u << 16, [1] = 0x0A000002, [5] = 0x0A000001 };
	uint32_t hash;

	words[9] = (uint32_t)src_port << 16 | 2000;
	hash = ix_fdir_hash(words, ix_read(f->ix, IX_FDIRHKEY)) & 0x7FF;
	ix_write(f->ix, IX_FDIRIPSA, 0x0100000A);
	ix_write(f->ix, IX_FDIRIPDA, 0x0200000A);
	ix_write(f->ix, IX_FDIRPORT, 2000u << 16 | src_port);
	ix_write(f->ix, IX_FDIRVLAN, 0);
	ix_write(f->ix, IX_FDIRHASH, FDIR_ID << IX_FDIRHASH_INDEX_SHIFT | hash);
	ix_write(f->ix, IX_FDIRCMD, command | 1u << IX_FDIRCMD_L4TYPE_SHIFT | IX_FDIRCMD_UPDATE);
	CHECK_EQ(ix_read(f->ix, IX_FDIRCMD) & IX_FDIRCMD_CMD_MASK, 0);
}

/* What DPDK's and Linux's function gives for TCP 10.1.2.3:1234 → 192.168.1.1:80 in VLAN 5 with
 * their two keys. */
static void
test_fdir_hash(void)
{
	static const uint32_t words[11] = { [0] = 0x00020005, [1] = 0xC0A80101, [5] = 0x0A010203,
					    [9] = 0x04D20050, [10] = 0x08000000 };

	CHECK_EQ(ix_fdir_hash(words, 0x3DAD14E2), 0x7479);
	CHECK_EQ(ix_fdir_hash(words, 0x174D3614), 0x462d);
}

static void
fdir_up(struct fake *f)
{
	for (unsigned q = 0; q < 3; q++)
		rx_queue_up(f, q, RX_RING + q * 0x400, RX_BUFFERS, SRRCTL_2K);
	rx_on(f);
	ix_write(f->ix, IX_FDIRHKEY, 0x3DAD14E2);
	ix_write(f->ix, IX_FDIRM, IX_FDIRM_VLANID | IX_FDIRM_VLANP | IX_FDIRM_POOL | IX_FDIRM_FLEX |
		 IX_FDIRM_DIPV6);
	ix_write(f->ix, IX_FDIRCTRL, 1 | IX_FDIRCTRL_PERFECT | IX_FDIRCTRL_REPORT_STATUS |
		 127u << IX_FDIRCTRL_DROP_QUEUE_SHIFT);
	CHECK(ix_read(f->ix, IX_FDIRCTRL) & IX_FDIRCTRL_INIT_DONE);
}

static void
test_flow_director(void)
{
	uint32_t to_queue = IX_FDIRCMD_ADD | IX_FDIRCMD_QUEUE_EN |
			    FDIR_QUEUE << IX_FDIRCMD_QUEUE_SHIFT;
	uint8_t frame[100];
	struct fake f;
	uint64_t lo;
	size_t len = make_ipv4(frame, IP_UDP, 20);

	fake_start(&f, IX_DEVICE_KX4);
	fdir_up(&f);
	add_filter(&f, 1000, to_queue);
	CHECK_EQ(f.mistakes, 0);
	ix_receive(f.ix, frame, len);
	CHECK_EQ(ix_read(f.ix, rx_reg(FDIR_QUEUE, IX_RX_RDH)), 1);
	lo = desc_word(&f, RX_RING + FDIR_QUEUE * 0x400, 0, 0);
	CHECK_EQ(lo & 0xF, IX_RXW_RSS_TYPE_FDIR);
	CHECK_EQ(lo >> 32 & 0xFFFF, FDIR_ID);
	CHECK(desc_word(&f, RX_RING + FDIR_QUEUE * 0x400, 0, 1) & IX_RXW_FLM);
	frame[35]++;				/* another source port */
	ix_receive(f.ix, frame, len);
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 1);
	CHECK_EQ(ix_read(f.ix, IX_FDIRMATCH), 1);
	CHECK_EQ(ix_read(f.ix, IX_FDIRMISS), 1);
	frame[35]--;
	add_filter(&f, 1000, to_queue | IX_FDIRCMD_DROP);
	ix_receive(f.ix, frame, len);
	CHECK_EQ(ix_read(f.ix, rx_reg(FDIR_QUEUE, IX_RX_RDH)), 1);
	add_filter(&f, 1000, IX_FDIRCMD_QUERY);
	CHECK(ix_read(f.ix, IX_FDIRCMD) & IX_FDIRCMD_FILTER_VALID);
	add_filter(&f, 1000, IX_FDIRCMD_REMOVE);
	add_filter(&f, 1000, IX_FDIRCMD_QUERY);
	CHECK(!(ix_read(f.ix, IX_FDIRCMD) & IX_FDIRCMD_FILTER_VALID));
	ix_receive(f.ix, frame, len);
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 2);
	CHECK_EQ(ix_read(f.ix, IX_FDIRUSTAT), 0x00010001);
	CHECK_EQ(f.mistakes, 0);
	/* A hash that the fields do not have. */
	ix_write(f.ix, IX_FDIRHASH, ix_read(f.ix, IX_FDIRHASH) ^ 1);
	ix_write(f.ix, IX_FDIRCMD, to_queue | 1u << IX_FDIRCMD_L4TYPE_SHIFT);
	CHECK_MISTAKES(&f, 1, "never match");
	fake_end(&f);
}

/* The port mask stands in reverse, bit by bit. */
static void
test_fdir_masks(void)
{
	uint8_t frame[100];
	struct fake f;
	size_t len = make_ipv4(frame, IP_UDP, 20);

	fake_start(&f, IX_DEVICE_KX4);
	fdir_up(&f);
	ix_write(f.ix, IX_FDIRUDPM, 0x00008000);	/* source port bit 0 does not count */
	add_filter(&f, 1000, IX_FDIRCMD_ADD | IX_FDIRCMD_QUEUE_EN |
		   FDIR_QUEUE << IX_FDIRCMD_QUEUE_SHIFT);
	frame[35] |= 1;
	ix_receive(f.ix, frame, len);
	CHECK_EQ(ix_read(f.ix, rx_reg(FDIR_QUEUE, IX_RX_RDH)), 1);
	frame[35] ^= 2;
	ix_receive(f.ix, frame, len);
	CHECK_EQ(ix_read(f.ix, rx_reg(FDIR_QUEUE, IX_RX_RDH)), 1);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

int
main(void)
{
	test_queue_vector();
	test_other_causes();
	test_moderation();
	test_table_masks();
	test_fdir_hash();
	test_flow_director();
	test_fdir_masks();
	return check_end();
}
