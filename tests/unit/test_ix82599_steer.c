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
 * What the 82599 model says of a received packet: its type, its checksums, its hash, its queue.
 */
#include "tests/models/ix82599/steer.h"
#include "tests/unit/ix82599_fake.h"

/* The check values that catalogues of CRCs give. */
static void
test_sums(void)
{
	const uint8_t digits[] = "123456789";

	CHECK_EQ(ix_crc32(digits, 9), 0xCBF43926);
	CHECK_EQ(ix_crc32c(digits, 9), 0xE3069283);
}

static uint64_t
status_of(struct fake *f, const uint8_t *frame, size_t len)
{
	uint32_t head = ix_read(f->ix, rx_reg(0, IX_RX_RDH));

	ix_receive(f->ix, frame, len);
	return desc_word(f, RX_RING, head, 1);
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

/* Two five-tuple filters on one packet: the higher priority decides. */
static void
test_five_tuple(void)
{
	uint8_t frame[100];
	struct ix_packet p;
	struct ix_steer steer;
	struct fake f;
	size_t len = make_ipv4(frame, IP_UDP, 20);

	fake_start(&f, IX_DEVICE_KX4);
	ix_parse(&p, frame, len, 0x8100);
	/* 10.0.0.1:1000 → 10.0.0.2:2000, UDP, priority 1, queue 4 */
	ix_write(f.ix, 0x0E000, 0x0100000A);
	ix_write(f.ix, 0x0E200, 0x0200000A);
	ix_write(f.ix, 0x0E400, 0xD007E803);
	ix_write(f.ix, 0x0E800, 4u << 21);
	ix_write(f.ix, 0x0E600, 1u << 31 | 1u << 30 | 1u << 2 | 1u);
	ix_steer(f.ix, &p, IX_NO_POOL, &steer);
	CHECK_EQ(steer.queue, 4);
	/* all of UDP, priority 2, queue 9 */
	ix_write(f.ix, 0x0E804, 9u << 21);
	ix_write(f.ix, 0x0E604, 1u << 31 | 1u << 30 | 0xFu << 25 | 2u << 2 | 1u);
	ix_steer(f.ix, &p, IX_NO_POOL, &steer);
	CHECK_EQ(steer.queue, 9);
	ix_write(f.ix, 0x0E604, 0);
	ix_write(f.ix, 0x0E400, 0xD007E903);
	ix_steer(f.ix, &p, IX_NO_POOL, &steer);
	CHECK_EQ(steer.queue, 0);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

int
main(void)
{
	test_sums();
	test_checksum_status();
	test_toeplitz();
	test_rss_queues();
	test_five_tuple();
	return check_end();
}
