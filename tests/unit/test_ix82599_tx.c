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
 * The 82599 model's transmitter against a fake memory: gathering, reports, VLAN and checksum
 * insertion, TCP segmentation, the link, and the mistakes that a driver can make.
 */
#include "tests/unit/ix82599_fake.h"

#define END (IX_TX_EOP | IX_TX_RS)

static void
put_frame(struct fake *f, uint64_t addr, const uint8_t *frame, size_t len)
{
	CHECK(fake_write(f, addr, frame, len));
}

static void
test_one_frame(void)
{
	uint8_t frame[100];
	struct fake f;
	unsigned desc;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	make_frame(frame, sizeof(frame));
	put_frame(&f, TX_BUFFER, frame, sizeof(frame));
	desc = tx_desc(&f, TX_BUFFER, tx_data(100, 100, END));
	tx_run(&f);
	CHECK_EQ(f.frames, 1);
	CHECK_EQ(f.frame[0].len, 100);
	CHECK(!memcmp(f.frame[0].data, frame, 100));
	CHECK(desc_word(&f, TX_RING, desc, 1) & IX_TXD_DD);
	CHECK_EQ(ix_read(f.ix, tx_reg(0, IX_TX_TDH)), 1);
	CHECK_EQ(ix_read(f.ix, IX_GPTC), 1);
	CHECK_EQ(ix_read(f.ix, IX_GOTCL), 104);
	CHECK_EQ(ix_read(f.ix, IX_QPTC), 1);
	/* A short one is padded; one without RS is not reported. */
	desc = tx_desc(&f, TX_BUFFER, tx_data(30, 30, IX_TX_EOP));
	tx_run(&f);
	CHECK_EQ(f.frame[1].len, 60);
	CHECK(!(desc_word(&f, TX_RING, desc, 1) & IX_TXD_DD));
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

/* A frame in three buffers, its descriptors over the ring's end. */
static void
test_gathering(void)
{
	uint8_t frame[300];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	make_frame(frame, sizeof(frame));
	put_frame(&f, TX_BUFFER, frame, sizeof(frame));
	for (unsigned n = 0; n < 14; n++)
		tx_desc(&f, TX_BUFFER, tx_data(60, 60, END));
	tx_run(&f);
	tx_desc(&f, TX_BUFFER, tx_data(100, 300, 0));
	tx_desc(&f, TX_BUFFER + 100, tx_data(1, 300, 0));
	tx_desc(&f, TX_BUFFER + 101, tx_data(199, 300, END));
	tx_run(&f);
	CHECK_EQ(f.frames, 15);
	CHECK_EQ(f.frame[14].len, 300);
	CHECK(!memcmp(f.frame[14].data, frame, 300));
	CHECK_EQ(ix_read(f.ix, tx_reg(0, IX_TX_TDH)), 1);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

static void
test_head_write_back(void)
{
	uint64_t word = 0;
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	ix_write(f.ix, tx_reg(0, IX_TX_TDWBAL), (uint32_t)FAKE_BASE | IX_TDWBAL_ENABLE);
	tx_up(&f);
	tx_desc(&f, TX_BUFFER, tx_data(60, 60, END));
	tx_desc(&f, TX_BUFFER, tx_data(60, 60, END));
	tx_run(&f);
	CHECK(fake_read(&f, FAKE_BASE, &word, 4));
	CHECK_EQ(word, 2);
	CHECK(!(desc_word(&f, TX_RING, 0, 1) & IX_TXD_DD));
	fake_end(&f);
}

static void
context(struct fake *f, unsigned index, unsigned maclen, unsigned iplen, uint16_t tag,
	uint64_t tucmd, unsigned l4len, unsigned mss)
{
	tx_desc(f, iplen | (uint64_t)maclen << IX_TXC_MACLEN_SHIFT |
		(uint64_t)tag << IX_TXC_VLAN_SHIFT,
		TX_CONTEXT | tucmd | (uint64_t)index << IX_TXC_IDX_SHIFT |
		(uint64_t)l4len << IX_TXC_L4LEN_SHIFT | (uint64_t)mss << IX_TXC_MSS_SHIFT);
}

static void
test_vlan_insertion(void)
{
	uint8_t frame[100];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	make_frame(frame, sizeof(frame));
	put_frame(&f, TX_BUFFER, frame, sizeof(frame));
	context(&f, 1, 14, 0, 0x2064, 0, 0, 0);
	tx_desc(&f, TX_BUFFER, tx_data(100, 100, END | IX_TX_VLE | 1ull << IX_TXD_IDX_SHIFT));
	tx_run(&f);
	CHECK_EQ(f.frame[0].len, 104);
	CHECK_EQ(ix_be32(f.frame[0].data + 12), 0x81002064);
	CHECK(!memcmp(f.frame[0].data, frame, 12));
	CHECK(!memcmp(f.frame[0].data + 16, frame + 12, 88));
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

/* The driver's part: IP checksum 0, the pseudo header's sum in the L4 field. */
static void
prepare_checksums(uint8_t *frame, size_t len, uint8_t protocol, bool with_length)
{
	struct ix_packet p;
	uint32_t sum;

	ix_parse(&p, frame, len, 0x8100);
	ix_put16(frame + 24, 0);
	sum = ix_sum_pseudo(&p, protocol) - (with_length ? 0 : (uint32_t)p.l4_len);
	ix_put16(frame + 34 + (protocol == IP_TCP ? TCP_CSUM_AT : UDP_CSUM_AT),
		 (uint16_t)~ix_sum_final(sum));
}

static void
test_checksums(void)
{
	static const struct {
		uint8_t protocol;
		uint64_t tucmd;
	} kinds[] = { { IP_TCP, IX_TXC_L4T_TCP }, { IP_UDP, IX_TXC_L4T_UDP },
		      { IP_SCTP, IX_TXC_L4T_SCTP } };
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	for (unsigned n = 0; n < 3; n++) {
		uint8_t due[300], frame[300];
		size_t len = make_ipv4(due, kinds[n].protocol, 101);

		memcpy(frame, due, len);
		if (kinds[n].protocol != IP_SCTP)
			prepare_checksums(frame, len, kinds[n].protocol, true);
		else
			memset(frame + 34 + SCTP_CSUM_AT, 0, 4);
		ix_put16(frame + 24, 0);
		put_frame(&f, TX_BUFFER, frame, len);
		context(&f, 0, 14, 20, 0,
			IX_TXC_TUCMD_IPV4 | kinds[n].tucmd << IX_TXC_L4T_SHIFT, 0, 0);
		tx_desc(&f, TX_BUFFER, tx_data(len, len, END | IX_TXD_IXSM | IX_TXD_TXSM));
		tx_run(&f);
		CHECK_EQ(f.frame[n].len, len);
		CHECK(!memcmp(f.frame[n].data, due, len));
	}
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

/* The IP checksum alone: the L4 type means nothing, and DPDK writes the reserved value. */
static void
test_ip_checksum(void)
{
	uint8_t due[300], frame[300];
	size_t len = make_ipv4(due, IP_TCP, 101);
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	memcpy(frame, due, len);
	ix_put16(frame + 24, 0);
	put_frame(&f, TX_BUFFER, frame, len);
	context(&f, 0, 14, 20, 0, IX_TXC_TUCMD_IPV4 | 3ull << IX_TXC_L4T_SHIFT, 0, 0);
	tx_desc(&f, TX_BUFFER, tx_data(len, len, END | IX_TXD_IXSM));
	tx_desc(&f, TX_BUFFER, tx_data(len, len, END | IX_TXD_IXSM | IX_TXD_TXSM));
	tx_run(&f);
	CHECK_EQ(f.frame[0].len, len);
	CHECK(!memcmp(f.frame[0].data, due, len));
	CHECK_EQ(f.mistakes, 1); /* the second, which wants more */
	fake_end(&f);
}

#define TSO_PAYLOAD 3500u
#define TSO_MSS 1000u

static void
check_segment(struct fake *f, unsigned n, const uint8_t *payload)
{
	const uint8_t *frame = f->frame[n].data;
	size_t due = n < 3 ? TSO_MSS : TSO_PAYLOAD - 3 * TSO_MSS;
	struct ix_packet p;

	ix_parse(&p, frame, f->frame[n].len, 0x8100);
	CHECK(p.tcp);
	CHECK_EQ(f->frame[n].len, 54 + due);
	CHECK_EQ(ix_be16(frame + 16), 40 + due);
	CHECK_EQ(ix_be16(frame + 18), 100 + n);
	CHECK_EQ(ix_be32(frame + 38), 5000 + n * TSO_MSS);
	CHECK_EQ(ix_be16(frame + 46) & 0xFFF, n == 3 ? 0x019 : 0x010);
	CHECK_EQ(ix_sum_final(ix_sum(frame + 14, 20, 0)), 0);
	CHECK_EQ(ix_sum_final(ix_sum(frame + 34, p.l4_len, ix_sum_pseudo(&p, IP_TCP))), 0);
	CHECK(!memcmp(frame + 54, payload + n * TSO_MSS, due));
}

static void
test_segmentation(void)
{
	static uint8_t frame[54 + TSO_PAYLOAD];
	size_t len = make_ipv4(frame, IP_TCP, TSO_PAYLOAD);
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	prepare_checksums(frame, len, IP_TCP, false);
	put_frame(&f, TX_BUFFER, frame, len);
	context(&f, 0, 14, 20, 0,
		IX_TXC_TUCMD_IPV4 | (uint64_t)IX_TXC_L4T_TCP << IX_TXC_L4T_SHIFT, 20, TSO_MSS);
	tx_desc(&f, TX_BUFFER, tx_data(54, TSO_PAYLOAD, IX_TX_TSE | IX_TXD_IXSM | IX_TXD_TXSM));
	tx_desc(&f, TX_BUFFER + 54, tx_data(TSO_PAYLOAD, TSO_PAYLOAD, IX_TX_TSE | END));
	tx_run(&f);
	CHECK_EQ(f.frames, 4);
	for (unsigned n = 0; n < 4 && n < f.frames; n++)
		check_segment(&f, n, frame + 54);
	CHECK_EQ(ix_read(f.ix, IX_GPTC), 4);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

/* Without a link nothing is fetched; with it, what waited leaves. */
static void
test_link(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	ix_set_cable(f.ix, false);
	tx_desc(&f, TX_BUFFER, tx_data(60, 60, END));
	tx_run(&f);
	CHECK_EQ(f.frames, 0);
	CHECK_EQ(ix_read(f.ix, tx_reg(0, IX_TX_TDH)), 0);
	ix_set_cable(f.ix, true);
	ix_run(f.ix);
	CHECK_EQ(f.frames, 1);
	fake_end(&f);
}

/* HLREG0.LPBK: the frame comes back. */
static void
test_loopback(void)
{
	uint8_t frame[80];
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	ix_write(f.ix, IX_HLREG0, ix_read(f.ix, IX_HLREG0) | IX_HLREG0_LPBK);
	rx_up(&f);
	tx_up(&f);
	make_frame(frame, sizeof(frame));
	put_frame(&f, TX_BUFFER, frame, sizeof(frame));
	tx_desc(&f, TX_BUFFER, tx_data(80, 80, END));
	tx_run(&f);
	CHECK_EQ(f.frames, 0);
	CHECK(desc_word(&f, RX_RING, 0, 1) & IX_RXW_DD);
	CHECK(!memcmp(fake_at(&f, RX_BUFFERS, 80), frame, 80));
	fake_end(&f);
}

static void
restart(struct fake *f)
{
	fake_end(f);
	fake_start(f, IX_DEVICE_KX4);
	tx_up(f);
}

static void
test_mistakes(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	tx_up(&f);
	tx_desc(&f, FAKE_BASE - 100, tx_data(60, 60, END));
	tx_run(&f);
	CHECK_MISTAKES(&f, 1, "transmit buffer: DMA of 60 bytes");
	CHECK_EQ(f.frames, 0);
	restart(&f);
	tx_desc(&f, TX_BUFFER, tx_data(60, 61, END));
	tx_run(&f);
	CHECK_MISTAKES(&f, 1, "PAYLEN 61");
	restart(&f);
	tx_desc(&f, TX_BUFFER, tx_data(60, 60, END | IX_TXD_TXSM));
	tx_run(&f);
	CHECK_MISTAKES(&f, 1, "which was never given");
	restart(&f);
	tx_desc(&f, TX_BUFFER, 60 | IX_TX_EOP);
	tx_run(&f);
	CHECK_MISTAKES(&f, 1, "neither an advanced context");
	restart(&f);
	tx_desc(&f, TX_BUFFER, tx_data(60, 60, END | 1ull << 16));
	tx_run(&f);
	CHECK_MISTAKES(&f, 1, "reserved bits");
	restart(&f);
	tx_desc(&f, TX_BUFFER, tx_data(60, 60, END) & ~(uint64_t)IX_TX_IFCS);
	tx_run(&f);
	CHECK_MISTAKES(&f, 1, "FCS is wrong");
	restart(&f);
	ix_pci_write(f.ix, 4, 3, 2);
	tx_desc(&f, TX_BUFFER, tx_data(60, 60, END));
	tx_run(&f);
	CHECK_MISTAKES(&f, 1, "Bus Master Enable");
	restart(&f);
	ix_write(f.ix, tx_reg(0, IX_TX_TDT), RING_DESCS);
	CHECK_MISTAKES(&f, 1, "beyond the ring");
	fake_end(&f);
}

int
main(void)
{
	test_one_frame();
	test_gathering();
	test_head_write_back();
	test_vlan_insertion();
	test_checksums();
	test_ip_checksum();
	test_segmentation();
	test_link();
	test_loopback();
	test_mistakes();
	return check_end();
}
