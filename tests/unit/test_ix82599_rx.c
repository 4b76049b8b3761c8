/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: tests/models/ix82599/access.c tests/models/ix82599/checksum.c tests/models/ix82599/eeprom.c tests/models/ix82599/fdir.c tests/models/ix82599/fdir_hash.c tests/models/ix82599/filter.c tests/models/ix82599/general.c */
/* SOURCES: tests/models/ix82599/i2c.c tests/models/ix82599/intr.c tests/models/ix82599/intr_regs.c tests/models/ix82599/link.c tests/models/ix82599/model.c tests/models/ix82599/msix.c tests/models/ix82599/offload.c */
/* SOURCES: tests/models/ix82599/parse.c tests/models/ix82599/pci.c tests/models/ix82599/regs_table.c tests/models/ix82599/rss.c tests/models/ix82599/rx.c tests/models/ix82599/rx_queue.c tests/models/ix82599/spi.c */
/* SOURCES: tests/models/ix82599/stats.c tests/models/ix82599/tx.c tests/models/ix82599/tx_queue.c */
/*
 * The 82599 model's receiver against a fake memory: descriptors, several buffers, filters, VLAN,
 * checksum status, RSS, the packet buffer, and the mistakes that a driver can make with a ring.
 */
#include "tests/models/ix82599/steer.h"
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

static unsigned
taken(struct fake *f, const uint8_t *frame, size_t len)
{
	unsigned before = ix_peek(f->ix, IX_GPRC);

	ix_receive(f->ix, frame, len);
	return ix_peek(f->ix, IX_GPRC) - before;
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

static uint64_t
status_of(struct fake *f, const uint8_t *frame, size_t len)
{
	uint32_t head = ix_read(f->ix, rx_reg(0, IX_RX_RDH));

	ix_receive(f->ix, frame, len);
	return STATUS(f, head);
}

static void
test_checksum_status(void)
{
	const uint64_t ip_and_l4 = IX_RXW_IPCS | IX_RXW_L4CS;
	uint64_t mask = ip_and_l4 | IX_RXW_UDPCS | IX_RXW_IPE | IX_RXW_L4E;
	uint8_t frame[300];
	struct fake f;
	size_t len;

	fake_start(&f, IX_DEVICE_KX4);
	rx_up(&f);
	len = make_ipv4(frame, IP_TCP, 101);
	CHECK_EQ(status_of(&f, frame, len) & mask, ip_and_l4);
	CHECK_EQ(desc_word(&f, RX_RING, 0, 0) >> 4 & 0x1FFF, IX_PKT_IPV4 | IX_PKT_TCP);
	frame[60]++;
	CHECK_EQ(status_of(&f, frame, len) & mask, ip_and_l4 | IX_RXW_L4E);
	frame[60]--;
	frame[22]++;
	CHECK_EQ(status_of(&f, frame, len) & mask, ip_and_l4 | IX_RXW_IPE);
	len = make_ipv4(frame, IP_UDP, 50);
	CHECK_EQ(status_of(&f, frame, len) & mask, ip_and_l4 | IX_RXW_UDPCS);
	ix_put16(frame + 40, 0);	/* no checksum */
	CHECK_EQ(status_of(&f, frame, len) & mask, IX_RXW_IPCS);
	len = make_ipv4(frame, IP_SCTP, 40);
	CHECK_EQ(status_of(&f, frame, len) & mask, ip_and_l4);
	frame[50]++;
	CHECK_EQ(status_of(&f, frame, len) & mask, ip_and_l4 | IX_RXW_L4E);
	len = make_ipv4(frame, IP_TCP, 60);
	ix_put16(frame + 20, 0x2000);	/* a fragment: nothing but IP */
	CHECK_EQ(status_of(&f, frame, len) & (IX_RXW_L4CS | IX_RXW_L4E), 0);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

/* The verification suite of Microsoft's RSS: hashes of known addresses and ports. */
static void
test_toeplitz(void)
{
	static const uint8_t key[40] = {
		0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
		0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
		0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
	};
	uint8_t frame[200];
	struct ix_packet p;
	uint32_t hash = 0, type = 0;
	struct fake f;
	size_t len;

	fake_start(&f, IX_DEVICE_KX4);
	for (unsigned n = 0; n < 10; n++)
		ix_write(f.ix, IX_RSSRK + 4 * n, key[4 * n] | key[4 * n + 1] << 8 |
			 key[4 * n + 2] << 16 | (uint32_t)key[4 * n + 3] << 24);
	len = make_ipv4(frame, IP_TCP, 0);
	ix_put32(frame + 26, 0x420995BB);	/* 66.9.149.187:2794 → 161.142.100.80:1766 */
	ix_put32(frame + 30, 0xA18E6450);
	ix_put16(frame + 34, 2794);
	ix_put16(frame + 36, 1766);
	ix_parse(&p, frame, len, 0x8100);
	CHECK(!ix_rss(f.ix, &p, &hash, &type));
	ix_write(f.ix, IX_MRQC, IX_MRQC_MRQE_RSS | IX_MRQC_IPV4);
	CHECK(ix_rss(f.ix, &p, &hash, &type));
	CHECK_EQ(hash, 0x323e8fc2);
	CHECK_EQ(type, 2);
	ix_write(f.ix, IX_MRQC, IX_MRQC_MRQE_RSS | IX_MRQC_IPV4 | IX_MRQC_TCP_IPV4);
	CHECK(ix_rss(f.ix, &p, &hash, &type));
	CHECK_EQ(hash, 0x51ccc178);
	CHECK_EQ(type, 1);
	fake_end(&f);
}

/* Sixteen queues by the redirection table; the hash is in the descriptor. */
static void
test_rss_queues(void)
{
	uint8_t frame[200];
	struct fake f;
	size_t len;

	fake_start(&f, IX_DEVICE_KX4);
	for (unsigned q = 0; q < 16; q++)
		rx_queue_up(&f, q, RX_RING + q * 0x400, RX_BUFFERS, SRRCTL_2K);
	for (unsigned n = 0; n < 32; n++)
		ix_write(f.ix, IX_RETA + 4 * n, (n * 4 % 16) * 0x01010101u + 0x03020100u);
	for (unsigned n = 0; n < 10; n++)
		ix_write(f.ix, IX_RSSRK + 4 * n, 0x9E3779B9u * (n + 1));
	ix_write(f.ix, IX_MRQC, IX_MRQC_MRQE_RSS | IX_MRQC_UDP_IPV4);
	ix_write(f.ix, IX_RXCSUM, IX_RXCSUM_PCSD);
	rx_on(&f);
	len = make_ipv4(frame, IP_UDP, 20);
	for (uint16_t port = 1; port <= 100; port++) {
		struct ix_packet p;
		uint32_t hash, type, head;
		uint64_t lo;
		unsigned q;

		ix_put16(frame + 34, port);
		ix_parse(&p, frame, len, 0x8100);
		CHECK(ix_rss(f.ix, &p, &hash, &type));
		q = hash % 16;
		head = ix_read(f.ix, rx_reg(q, IX_RX_RDH));
		ix_receive(f.ix, frame, len);
		CHECK_EQ(ix_read(f.ix, rx_reg(q, IX_RX_RDH)), (head + 1) % RING_DESCS);
		lo = desc_word(&f, RX_RING + q * 0x400, head, 0);
		CHECK_EQ(lo >> IX_RXW_HASH_SHIFT, hash);
		CHECK_EQ(lo & 0xF, 7);
		put_desc(&f, RX_RING + q * 0x400, head, RX_BUFFERS, 0);
		ix_write(f.ix, rx_reg(q, IX_RX_RDT), head);
	}
	CHECK_EQ(f.mistakes, 0);
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
	test_short_frame();
	test_several_buffers();
	test_full_ring();
	test_address_filters();
	test_vlan();
	test_checksum_status();
	test_toeplitz();
	test_rss_queues();
	test_mistakes();
	test_reset_at_any_time();
	return check_end();
}
