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
 * The 82599 model's strictness: a driver's mistakes that the other tests of the model do not make,
 * each on a fresh device, and each reported once.
 */
#include "tests/unit/ix82599_fake.h"

#define END (IX_TX_EOP | IX_TX_RS)
#define TCP_IPV4 (IX_TXC_TUCMD_IPV4 | (uint64_t)IX_TXC_L4T_TCP << IX_TXC_L4T_SHIFT)
#define SPI_BITS 8

/* -- Transmit queues --------------------------------------------------------------------------- */

static void
tail_before_enable(struct fake *f)
{
	ix_write(f->ix, tx_reg(0, IX_TX_TDLEN), RING_DESCS * IX_DESC_BYTES);
	ix_write(f->ix, tx_reg(0, IX_TX_TDT), 1);
}

static void
tail_before_enable_was_read(struct fake *f)
{
	ix_write(f->ix, IX_DMATXCTL, ix_read(f->ix, IX_DMATXCTL) | IX_DMATXCTL_TE);
	ix_write(f->ix, tx_reg(0, IX_TX_TDLEN), RING_DESCS * IX_DESC_BYTES);
	ix_write(f->ix, tx_reg(0, IX_TX_TXDCTL), IX_TXDCTL_ENABLE);
	ix_write(f->ix, tx_reg(0, IX_TX_TDT), 1);
}

static void
ring_moved_while_enabled(struct fake *f)
{
	tx_up(f);
	ix_write(f->ix, tx_reg(0, IX_TX_TDBAL), (uint32_t)RX_RING);
}

static void
head_written_while_owned(struct fake *f)
{
	tx_up(f);
	ix_set_cable(f->ix, false);
	tx_desc(f, TX_BUFFER, tx_data(60, 60, END));
	tx_run(f);
	ix_write(f->ix, tx_reg(0, IX_TX_TDH), 3);
}

/* -- Transmit descriptors ---------------------------------------------------------------------- */

static void
context(struct fake *f, unsigned index, unsigned iplen, uint64_t tucmd, unsigned l4len)
{
	tx_desc(f, iplen | 14ull << IX_TXC_MACLEN_SHIFT,
		TX_CONTEXT | tucmd | (uint64_t)index << IX_TXC_IDX_SHIFT |
			(uint64_t)l4len << IX_TXC_L4LEN_SHIFT);
}

static void
context_of_a_third(struct fake *f)
{
	tx_up(f);
	context(f, 2, 20, 0, 0);
	tx_run(f);
}

static void
context_inside_a_packet(struct fake *f)
{
	tx_up(f);
	tx_desc(f, TX_BUFFER, tx_data(30, 60, 0));
	context(f, 0, 20, 0, 0);
	tx_desc(f, TX_BUFFER, tx_data(30, 60, END));
	tx_run(f);
}

static void
nothing_in_a_descriptor(struct fake *f)
{
	tx_up(f);
	tx_desc(f, TX_BUFFER, tx_data(0, 60, 0));
	tx_desc(f, TX_BUFFER, tx_data(60, 60, END));
	tx_run(f);
}

static void
packet_too_large(struct fake *f)
{
	tx_up(f);
	for (unsigned n = 0; n < 5; n++)
		tx_desc(f, TX_BUFFER, tx_data(0xFFFF, 0x3FFFF, n == 4 ? END : 0));
	tx_run(f);
}

/* In a ring that is long enough for it. */
static void
packet_in_too_many_pieces(struct fake *f)
{
	const unsigned pieces = IX_TX_MAX_DESC + 1;

	tx_up(f);
	ix_write(f->ix, tx_reg(0, IX_TX_TXDCTL), 0);
	ix_write(f->ix, tx_reg(0, IX_TX_TDLEN), 64 * IX_DESC_BYTES);
	ix_write(f->ix, tx_reg(0, IX_TX_TXDCTL), IX_TXDCTL_ENABLE);
	ix_read(f->ix, tx_reg(0, IX_TX_TXDCTL));
	for (unsigned n = 0; n < pieces; n++)
		put_desc(f, TX_RING, n, TX_BUFFER,
			 tx_data(10, 10 * pieces, n == pieces - 1 ? END : 0));
	f->tx_tail = pieces;
	tx_run(f);
}

static void
packet_too_short(struct fake *f)
{
	tx_up(f);
	tx_desc(f, TX_BUFFER, tx_data(10, 10, END));
	tx_run(f);
}

static void
ipsec(struct fake *f)
{
	tx_up(f);
	tx_desc(f, TX_BUFFER, tx_data(60, 60, END | IX_TXD_IPSEC));
	tx_run(f);
}

/* -- Offloads ---------------------------------------------------------------------------------- */

static void
checksum_of_another_packet(struct fake *f)
{
	tx_up(f);
	context(f, 0, 20, TCP_IPV4, 0);
	tx_desc(f, TX_BUFFER, tx_data(60, 60, END | IX_TXD_IXSM));
	tx_run(f);
}

static void
ip_checksum_of_ipv6(struct fake *f)
{
	static const uint8_t version = 0x60;

	tx_up(f);
	CHECK(fake_write(f, TX_BUFFER + 14, &version, 1));
	context(f, 0, 40, 0, 0);
	tx_desc(f, TX_BUFFER, tx_data(100, 100, END | IX_TXD_IXSM));
	tx_run(f);
}

static void
segments_without_size(struct fake *f)
{
	uint8_t frame[300];
	size_t len = make_ipv4(frame, IP_TCP, 200);

	tx_up(f);
	CHECK(fake_write(f, TX_BUFFER, frame, len));
	context(f, 0, 20, TCP_IPV4, 20);
	tx_desc(f, TX_BUFFER, tx_data(len, 200, END | IX_TX_TSE | IX_TXD_IXSM | IX_TXD_TXSM));
	tx_run(f);
}

/* -- Receive queues ---------------------------------------------------------------------------- */

static void
ring_of_no_bytes(struct fake *f)
{
	ix_write(f->ix, rx_reg(0, IX_RX_RXDCTL), IX_RXDCTL_ENABLE);
}

static void
buffers_changed_while_enabled(struct fake *f)
{
	rx_up(f);
	ix_write(f->ix, rx_reg(0, IX_RX_SRRCTL), SRRCTL_2K + 2);
}

static void
header_splitting(struct fake *f)
{
	ix_write(f->ix, rx_reg(0, IX_RX_SRRCTL), 2u | 2u << IX_SRRCTL_DESCTYPE_SHIFT);
}

static void
legacy_descriptors(struct fake *f)
{
	uint8_t frame[60];

	rx_queue_up(f, 0, RX_RING, RX_BUFFERS, 2);
	rx_on(f);
	make_frame(frame, sizeof(frame));
	ix_receive(f->ix, frame, sizeof(frame));
}

/* -- The rest ---------------------------------------------------------------------------------- */

static void
eeprom_written(struct fake *f)
{
	ix_write(f->ix, IX_EEWR, IX_EERD_START);
}

static void
eeprom_not_asked_for(struct fake *f)
{
	take_sync(f, IX_SYNC_EEPROM);
	ix_write(f->ix, IX_EEC, ix_read(f->ix, IX_EEC) ^ IX_EEC_CS);
}

/* The opcode of a write, a bit at a time. */
static void
eeprom_written_by_its_pins(struct fake *f)
{
	const uint8_t write = 0x02;

	take_sync(f, IX_SYNC_EEPROM);
	ix_write(f->ix, IX_EEC, (ix_read(f->ix, IX_EEC) & IX_EEC_CS) | IX_EEC_REQ);
	ix_write(f->ix, IX_EEC, IX_EEC_REQ);
	for (int bit = SPI_BITS - 1; bit >= 0; bit--) {
		uint32_t eec = IX_EEC_REQ | (write >> bit & 1 ? IX_EEC_DI : 0);

		ix_write(f->ix, IX_EEC, eec);
		ix_write(f->ix, IX_EEC, eec | IX_EEC_SK);
		ix_write(f->ix, IX_EEC, eec);
	}
}

static void
firmwares_semaphore(struct fake *f)
{
	take_sync(f, 1u << IX_SYNC_FW_SHIFT);
}

static void
filter_before_its_table(struct fake *f)
{
	ix_write(f->ix, IX_FDIRCMD, IX_FDIRCMD_ADD);
}

static void
vector_without_a_bit(struct fake *f)
{
	ix_write(f->ix, IX_IVAR, IX_IVAR_VALID | 16);
}

static const struct {
	void (*make)(struct fake *f);
	const char *told;
} mistakes[] = {
	{tail_before_enable, "before the queue is enabled"},
	{tail_before_enable_was_read, "before TXDCTL.ENABLE was read as 1"},
	{ring_moved_while_enabled, "the ring is changed"},
	{head_written_while_owned, "TDH[0] is written (3)"},
	{context_of_a_third, "context index 2"},
	{context_inside_a_packet, "a context descriptor inside a packet"},
	{nothing_in_a_descriptor, "data descriptor of 0 bytes"},
	{packet_too_large, "packet of more than 262144 bytes"},
	{packet_in_too_many_pieces, "packet of more than 40 descriptors"},
	{packet_too_short, "packet of 10 bytes"},
	{ipsec, "IPsec"},
	{checksum_of_another_packet, "does not fit the packet"},
	{ip_checksum_of_ipv6, "IXSM for an IPv6 packet"},
	{segments_without_size, "MSS 0"},
	{ring_of_no_bytes, "enabled with a ring of 0 bytes"},
	{buffers_changed_while_enabled, "SRRCTL[0] is changed"},
	{header_splitting, "header splitting"},
	{legacy_descriptors, "only advanced descriptors"},
	{eeprom_written, "EEWR writes the EEPROM"},
	{eeprom_not_asked_for, "without EE_REQ"},
	{eeprom_written_by_its_pins, "SPI opcode 0x02"},
	{firmwares_semaphore, "the firmware's bits"},
	{filter_before_its_table, "before FDIRCTRL.INIT-Done"},
	{vector_without_a_bit, "not a bit of EICR"},
};

int
main(void)
{
	for (unsigned n = 0; n < sizeof(mistakes) / sizeof(*mistakes); n++) {
		struct fake f;

		fake_start(&f, IX_DEVICE_KX4);
		mistakes[n].make(&f);
		CHECK_MISTAKES(&f, 1, mistakes[n].told);
		fake_end(&f);
	}
	return check_end();
}
