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
 * The 82599 model's receiver against a fake memory: descriptors, several buffers, filters, VLAN,
 * the packet buffer, reset, and the mistakes that a driver can make with a ring.
 */
#include "tests/unit/ix82599_fake.h"

#define STATUS(f, n) desc_word(f, RX_RING, n, 1)
#define LENGTH(f, n) ((unsigned)(STATUS(f, n) >> IX_RXW_LENGTH_SHIFT) & 0xFFFF)

static void
test_one_frame(void)
{
	uint8_t frame[100];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	make_frame(frame, sizeof(frame));
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(STATUS(&f, 0) & (IX_RXW_DD | IX_RXW_EOP | IX_RXW_VP), IX_RXW_DD | IX_RXW_EOP);
	CHECK_EQ(LENGTH(&f, 0), sizeof(frame));
	CHECK(!memcmp(fake_at(&f, RX_BUFFERS, sizeof(frame)), frame, sizeof(frame)));
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 1);
	CHECK_EQ(ix_read(f.ix, IX_GPRC), 1);
	CHECK_EQ(ix_read(f.ix, IX_GORCL), sizeof(frame) + 4);
	CHECK_EQ(ix_read(f.ix, IX_QPRC), 1);
	CHECK_EQ(ix_read(f.ix, IX_QBRC_L), sizeof(frame));
	CHECK_EQ(ix_read(f.ix, IX_PRC64 + 4), 1);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

static void
test_statistics(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	ix_poke(f.ix, IX_GPRC, ~0u - 1);
	ix_stats_add(f.ix, IX_GPRC, 1);
	CHECK_EQ(ix_peek(f.ix, IX_GPRC), ~0u);
	ix_stats_add(f.ix, IX_GPRC, 5);		/* it sticks */
	CHECK_EQ(ix_read(f.ix, IX_GPRC), ~0u);
	CHECK_EQ(ix_read(f.ix, IX_GPRC), 0);
	ix_poke(f.ix, IX_GORCL, ~0u);
	ix_stats_add_bytes(f.ix, IX_GORCL, 2);
	CHECK_EQ(ix_read(f.ix, IX_GORCL), 1);
	CHECK_EQ(ix_read(f.ix, IX_GORCL + 4), 1);
	CHECK_EQ(ix_read(f.ix, IX_GORCL + 4), 0);
	fake_end(&f);
}

/* A short datagram is padded as the sender's MAC would have done. */
static void
test_short_frame(void)
{
	uint8_t frame[20];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	make_frame(frame, sizeof(frame));
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(LENGTH(&f, 0), 60);
	CHECK_EQ(ix_read(f.ix, IX_PRC64), 1);
	fake_end(&f);
}

static void
test_several_buffers(void)
{
	static uint8_t frame[5000];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	ix_write(f.ix, IX_HLREG0, ix_read(f.ix, IX_HLREG0) | IX_HLREG0_JUMBOEN);
	ix_write(f.ix, IX_MAXFRS, 5004u << IX_MAXFRS_MFS_SHIFT);
	rx_up(&f);
	make_frame(frame, sizeof(frame));
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(STATUS(&f, 0) & 3, IX_RXW_DD);
	CHECK_EQ(LENGTH(&f, 0), 2048);
	CHECK_EQ(STATUS(&f, 1) & 3, IX_RXW_DD);
	CHECK_EQ(STATUS(&f, 2) & 3, IX_RXW_DD | IX_RXW_EOP);
	CHECK_EQ(LENGTH(&f, 2), 5000 - 4096);
	CHECK(!memcmp(fake_at(&f, RX_BUFFERS, sizeof(frame)), frame, sizeof(frame)));
	ix_write(f.ix, IX_MAXFRS, 5003u << IX_MAXFRS_MFS_SHIFT);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(ix_read(f.ix, IX_ROC), 1);
	CHECK_EQ(STATUS(&f, 3), 0);
	fake_end(&f);
}

static unsigned
taken(struct fake *f, const uint8_t *frame, size_t len)
{
	unsigned before = ix_peek(f->ix, IX_GPRC);

	ix_receive(f->ix, frame, len);
	return ix_peek(f->ix, IX_GPRC) - before;
}

/* §8.2.3.22.13: the limit of 1518 bytes does not count a tag. */
static void
test_longest_plain_frame(void)
{
	static uint8_t frame[1600];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	make_frame(frame, sizeof(frame));
	CHECK_EQ(taken(&f, frame, 1514), 1);
	CHECK_EQ(taken(&f, frame, 1515), 0);
	ix_put16(frame + 12, 0x8100);
	CHECK_EQ(taken(&f, frame, 1518), 1);
	CHECK_EQ(taken(&f, frame, 1519), 0);
	CHECK_EQ(ix_read(f.ix, IX_ROC), 2);
	fake_end(&f);
}

/* A full ring: the packet buffer holds what comes until the driver gives more, then misses. */
static void
test_full_ring(void)
{
	uint8_t frame[1000];
	struct fake f;
	unsigned n;

	fake_start(&f, IX_DEVICE_KX4);
	ix_write(f.ix, IX_RXPBSIZE, 16u << IX_RXPBSIZE_SHIFT);
	rx_up(&f);
	make_frame(frame, sizeof(frame));
	for (n = 0; n < 15 + 16; n++)
		ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 15);
	CHECK_EQ(f.ix->buffer_bytes, 16000);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(ix_read(f.ix, IX_MPC), 1);
	for (n = 0; n < 4; n++)
		put_desc(&f, RX_RING, n, RX_BUFFERS, 0);
	ix_write(f.ix, rx_reg(0, IX_RX_RDT), 3);
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 3);
	CHECK_EQ(f.ix->buffer_bytes, 12000);
	CHECK_EQ(f.mistakes, 0);
	/* With Drop_En the queue itself drops. */
	ix_write(f.ix, rx_reg(0, IX_RX_SRRCTL), SRRCTL_2K | IX_SRRCTL_DROP_EN);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(f.ix->buffer_bytes, 0);
	CHECK_EQ(ix_read(f.ix, IX_QPRDC), 13);
	fake_end(&f);
}

static void
test_address_filters(void)
{
	uint8_t frame[60];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	make_frame(frame, sizeof(frame));
	CHECK_EQ(taken(&f, frame, 60), 1);
	frame[5] = 2;
	CHECK_EQ(taken(&f, frame, 60), 0);
	ix_write(f.ix, IX_RAL_ALIAS + 8, 0x90598202);
	ix_write(f.ix, IX_RAL_ALIAS + 12, IX_RAH_AV | 0x0200);
	CHECK_EQ(taken(&f, frame, 60), 1);
	frame[5] = 3;
	ix_write(f.ix, IX_FCTRL, IX_FCTRL_UPE);
	CHECK_EQ(taken(&f, frame, 60), 1);
	CHECK(STATUS(&f, 2) & IX_RXW_PIF);
	memset(frame, 0xFF, 6);
	CHECK_EQ(taken(&f, frame, 60), 0);
	ix_write(f.ix, IX_FCTRL, IX_FCTRL_BAM);
	CHECK_EQ(taken(&f, frame, 60), 1);
	CHECK_EQ(ix_read(f.ix, IX_BPRC), 1);
	/* 01:00:5e:00:12:34, bits 47:36 of the address: 0x341 */
	memcpy(frame, (uint8_t[]){ 1, 0, 0x5E, 0, 0x12, 0x34 }, 6);
	CHECK_EQ(taken(&f, frame, 60), 0);
	ix_write(f.ix, IX_MTA + 4 * (0x341 / 32), 1u << 0x341 % 32);
	CHECK_EQ(taken(&f, frame, 60), 0);
	ix_write(f.ix, IX_MCSTCTRL, IX_MCSTCTRL_MFE);
	CHECK_EQ(taken(&f, frame, 60), 1);
	frame[5] = 0x35;
	CHECK_EQ(taken(&f, frame, 60), 0);
	ix_write(f.ix, IX_FCTRL, IX_FCTRL_MPE);
	CHECK_EQ(taken(&f, frame, 60), 1);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

static size_t
add_tag(uint8_t *frame, size_t len, uint16_t tag)
{
	memmove(frame + 16, frame + 12, len - 12);
	ix_put16(frame + 12, 0x8100);
	ix_put16(frame + 14, tag);
	return len + 4;
}

static void
test_vlan(void)
{
	uint8_t frame[200], plain[200];
	struct fake f;
	size_t len;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	make_frame(frame, 100);
	memcpy(plain, frame, 100);
	len = add_tag(frame, 100, 0x6005);
	ix_receive(f.ix, frame, len);
	CHECK_EQ(LENGTH(&f, 0), 104);
	CHECK(STATUS(&f, 0) & IX_RXW_VP);
	ix_write(f.ix, rx_reg(0, IX_RX_RXDCTL), IX_RXDCTL_ENABLE | IX_RXDCTL_VME);
	ix_receive(f.ix, frame, len);
	CHECK_EQ(LENGTH(&f, 1), 100);
	CHECK_EQ(STATUS(&f, 1) >> IX_RXW_VLAN_SHIFT, 0x6005);
	CHECK(!memcmp(fake_at(&f, RX_BUFFERS + BUFFER_BYTES, 100), plain, 100));
	ix_write(f.ix, IX_VLNCTRL, ix_read(f.ix, IX_VLNCTRL) | IX_VLNCTRL_VFE);
	CHECK_EQ(taken(&f, frame, len), 0);
	CHECK_EQ(taken(&f, plain, 100), 1);
	ix_write(f.ix, IX_VFTA, 1u << 5);
	CHECK_EQ(taken(&f, frame, len), 1);
	/* The filter holds in promiscuous mode as well. */
	ix_write(f.ix, IX_FCTRL, IX_FCTRL_UPE);
	ix_write(f.ix, IX_VFTA, 0);
	CHECK_EQ(taken(&f, frame, len), 0);
	fake_end(&f);
}

static void
test_mistakes(void)
{
	uint8_t frame[60];
	struct fake f;

	make_frame(frame, sizeof(frame));
	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	put_desc(&f, RX_RING, 0, FAKE_BASE + FAKE_BYTES - 10, 0);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_MISTAKES(&f, 1, "outside RAM");
	fake_end(&f);

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	ix_receive(f.ix, frame, sizeof(frame));
	for (unsigned n = 1; n < 16; n++) {
		ix_write(f.ix, rx_reg(0, IX_RX_RDT), (n + 15) % 16);
		ix_receive(f.ix, frame, sizeof(frame));
	}
	CHECK_EQ(f.mistakes, 0);
	ix_write(f.ix, rx_reg(0, IX_RX_RDT), 15);
	ix_receive(f.ix, frame, sizeof(frame));
	/* What stands there as a buffer's address is none: that is reported as well. */
	CHECK_MISTAKES(&f, 3, "not refilled");
	ix_pci_write(f.ix, 4, 3, 2);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(f.mistakes, 0);	/* not a master: nothing is tried */
	fake_end(&f);
}

/* Reception off, link down, reset: nothing arrives, nothing is left. */
static void
test_reset_at_any_time(void)
{
	uint8_t frame[60];
	struct fake f;

	make_frame(frame, sizeof(frame));
	fake_start(&f, IX_DEVICE_KX4);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(ix_peek(f.ix, IX_TPR), 0);
	rx_up(&f);
	for (unsigned n = 0; n < 40; n++)
		ix_receive(f.ix, frame, sizeof(frame));
	CHECK(f.ix->buffer_bytes > 0);
	ix_write(f.ix, IX_CTRL, IX_CTRL_RST);
	CHECK_EQ(f.ix->buffer_bytes, 0);
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 0);
	rx_up(&f);
	ix_set_cable(f.ix, false);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 0);
	ix_set_cable(f.ix, true);
	ix_receive(f.ix, frame, sizeof(frame));
	CHECK_EQ(ix_read(f.ix, rx_reg(0, IX_RX_RDH)), 1);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

int
main(void)
{
	test_one_frame();
	test_statistics();
	test_short_frame();
	test_several_buffers();
	test_longest_plain_frame();
	test_full_ring();
	test_address_filters();
	test_vlan();
	test_mistakes();
	test_reset_at_any_time();
	return check_end();
}
