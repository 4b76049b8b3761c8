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
 * The 82599 model's registers: identity, reset, semaphores, EEPROM by both ways, the SFP+ module,
 * the link, aliases, and what is reported as a mistake.
 */
#include "tests/models/ix82599/access.h"
#include "tests/unit/ix82599_fake.h"

static void
test_identity_and_reset(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	CHECK_EQ(ix_pci_read(f.ix, 0, 4), 0x10F78086);
	CHECK_EQ(ix_pci_read(f.ix, 0x28, 4), 0);
	CHECK_EQ(ix_pci_read(f.ix, 0x72, 2), IX_VECTORS - 1);
	CHECK_EQ(ix_read(f.ix, IX_RAL), 0x90598202);
	CHECK_EQ(ix_read(f.ix, IX_RAL + 4), IX_RAH_AV | 0x0100);
	ix_write(f.ix, IX_FCTRL, IX_FCTRL_UPE);
	ix_write(f.ix, IX_RAL_ALIAS + 8, 0x12345678);
	CHECK_EQ(ix_read(f.ix, IX_RAL + 8), 0x12345678);
	ix_write(f.ix, IX_SRRCTL_ALIAS + 4 * 3, SRRCTL_2K);
	CHECK_EQ(ix_read(f.ix, rx_reg(3, IX_RX_SRRCTL)), SRRCTL_2K);
	CHECK(ix_read(f.ix, IX_STATUS) & IX_STATUS_MASTER_ENABLE);
	ix_write(f.ix, IX_CTRL, IX_CTRL_MASTER_DISABLE);
	CHECK(!(ix_read(f.ix, IX_STATUS) & IX_STATUS_MASTER_ENABLE));
	ix_write(f.ix, IX_CTRL, IX_CTRL_RST);
	CHECK(!(ix_read(f.ix, IX_CTRL) & IX_CTRL_RST));
	CHECK(ix_read(f.ix, IX_STATUS) & IX_STATUS_MASTER_ENABLE);
	CHECK_EQ(ix_read(f.ix, IX_FCTRL), 0);
	CHECK_EQ(ix_read(f.ix, IX_RAL), 0x90598202);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

/* BARs size as PCI wants it, and decode. */
static void
test_bars(void)
{
	struct fake f;
	uint32_t offset;

	fake_start(&f, IX_DEVICE_KX4);
	ix_pci_write(f.ix, 0x10, ~0u, 4);
	CHECK_EQ(ix_pci_read(f.ix, 0x10, 4), ~(IX_BAR0_SIZE - 1));
	ix_pci_write(f.ix, 0x10, 0xFEA00000, 4);
	ix_pci_write(f.ix, 0x1C, 0xFEB00000, 4);
	CHECK_EQ(ix_pci_decode(f.ix, 0xFEA00810, true, &offset), IX_BAR_REGS);
	CHECK_EQ(offset, 0x810);
	CHECK_EQ(ix_pci_decode(f.ix, 0xFEB02000, true, &offset), IX_BAR_MSIX);
	CHECK_EQ(ix_pci_decode(f.ix, 0xFEA20000, true, &offset), IX_BAR_NONE);
	fake_end(&f);
}

static void
test_semaphores(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	take_sync(&f, IX_SYNC_EEPROM);
	CHECK_EQ(ix_read(f.ix, IX_SW_FW_SYNC), IX_SYNC_EEPROM);
	CHECK_EQ(f.mistakes, 0);
	CHECK(!(ix_read(f.ix, IX_SWSM) & IX_SWSM_SMBI));
	CHECK(ix_read(f.ix, IX_SWSM) & IX_SWSM_SMBI);	/* taken by the read before */
	ix_write(f.ix, IX_SW_FW_SYNC, 0);
	CHECK_MISTAKES(&f, 1, "without SWSM.SWESMBI");
	ix_write(f.ix, IX_SWSM, 0);
	ix_write(f.ix, IX_SWSM, IX_SWSM_SWESMBI);
	CHECK_MISTAKES(&f, 1, "without SWSM.SMBI");
	ix_write(f.ix, IX_MSCA, IX_MSCA_COMMAND);
	CHECK_MISTAKES(&f, 1, "MSCA");
	ix_write(f.ix, IX_I2CCTL, IX_I2C_CLK_OUT);
	CHECK_MISTAKES(&f, 1, "I2CCTL");
	ix_write(f.ix, IX_CORECTL, 1);
	CHECK_MISTAKES(&f, 1, "CORECTL");
	take_sync(&f, IX_SYNC_PHY0);
	ix_write(f.ix, IX_MSCA, IX_MSCA_COMMAND);
	CHECK(!(ix_read(f.ix, IX_MSCA) & IX_MSCA_COMMAND));
	CHECK_EQ(ix_read(f.ix, IX_MSRWD) >> 16, 0xFFFF);
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

static uint16_t
eerd(struct fake *f, uint32_t word)
{
	ix_write(f->ix, IX_EERD, word << IX_EERD_ADDR_SHIFT | IX_EERD_START);
	CHECK(ix_read(f->ix, IX_EERD) & IX_EERD_DONE);
	return (uint16_t)(ix_read(f->ix, IX_EERD) >> IX_EERD_DATA_SHIFT);
}

static void
test_eeprom_checksum(void)
{
	struct fake f;
	uint16_t sum = 0;

	fake_start(&f, IX_DEVICE_SFP);
	for (uint32_t word = 0; word <= 0x3F; word++)
		sum = (uint16_t)(sum + eerd(&f, word));
	CHECK_EQ(sum, 0xBABA);
	CHECK_EQ(eerd(&f, eerd(&f, eerd(&f, 0x0F) + 4u) + 7u), 6);
	CHECK_EQ(f.mistakes, 0);
	eerd(&f, IX_EEPROM_WORDS);
	CHECK_MISTAKES(&f, 1, "EERD");
	fake_end(&f);
}

/* One bit to the EEPROM and one from it: data set, clock up (sample), clock down. */
static bool
spi_bit(struct fake *f, uint32_t *eec, bool out)
{
	bool in;

	*eec = out ? *eec | IX_EEC_DI : *eec & ~IX_EEC_DI;
	ix_write(f->ix, IX_EEC, *eec);
	ix_write(f->ix, IX_EEC, *eec | IX_EEC_SK);
	in = ix_read(f->ix, IX_EEC) & IX_EEC_DO;
	ix_write(f->ix, IX_EEC, *eec);
	return in;
}

static uint16_t
spi_read(struct fake *f, uint16_t word)
{
	uint32_t eec = IX_EEC_REQ, command = 0x030000u | word * 2u, value = 0;

	ix_write(f->ix, IX_EEC, (ix_read(f->ix, IX_EEC) & IX_EEC_CS) | IX_EEC_REQ);
	CHECK(ix_read(f->ix, IX_EEC) & IX_EEC_GNT);
	ix_write(f->ix, IX_EEC, IX_EEC_REQ | IX_EEC_CS);
	ix_write(f->ix, IX_EEC, IX_EEC_REQ);
	for (int bit = 23; bit >= 0; bit--)
		spi_bit(f, &eec, command >> bit & 1);
	for (int bit = 0; bit < 16; bit++)
		value = value << 1 | spi_bit(f, &eec, false);
	ix_write(f->ix, IX_EEC, IX_EEC_REQ | IX_EEC_CS);
	ix_write(f->ix, IX_EEC, IX_EEC_CS);
	return (uint16_t)(value >> 8 | value << 8);
}

static void
test_eeprom_bit_bang(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_SFP);
	take_sync(&f, IX_SYNC_EEPROM);
	CHECK_EQ(spi_read(&f, 0x2B), eerd(&f, 0x2B));
	CHECK_EQ(spi_read(&f, 0x3F), eerd(&f, 0x3F));
	CHECK_EQ(f.mistakes, 0);
	CHECK(!(ix_read(f.ix, IX_SWSM) & IX_SWSM_SMBI));
	ix_write(f.ix, IX_SWSM, IX_SWSM_SMBI | IX_SWSM_SWESMBI);
	ix_write(f.ix, IX_SW_FW_SYNC, 0);
	ix_write(f.ix, IX_EEC, IX_EEC_REQ | IX_EEC_CS);
	ix_write(f.ix, IX_EEC, IX_EEC_REQ);
	CHECK_MISTAKES(&f, 1, "SW_EEP_SM");
	fake_end(&f);
}

static void
i2c_set(struct fake *f, bool scl, bool sda)
{
	ix_write(f->ix, IX_I2CCTL, (scl ? IX_I2C_CLK_OUT : 0) | (sda ? IX_I2C_DATA_OUT : 0));
}

static bool
i2c_bit(struct fake *f, bool out)
{
	bool in;

	i2c_set(f, false, out);
	i2c_set(f, true, out);
	in = ix_read(f->ix, IX_I2CCTL) & IX_I2C_DATA_IN;
	i2c_set(f, false, out);
	return in;
}

static bool
i2c_byte(struct fake *f, uint8_t byte)
{
	for (int bit = 7; bit >= 0; bit--)
		i2c_bit(f, byte >> bit & 1);
	return !i2c_bit(f, true);
}

static void
i2c_start(struct fake *f)
{
	i2c_set(f, false, true);
	i2c_set(f, true, true);
	i2c_set(f, true, false);
	i2c_set(f, false, false);
}

static uint8_t
i2c_read_byte(struct fake *f, bool last)
{
	uint8_t value = 0;

	for (int bit = 0; bit < 8; bit++)
		value = (uint8_t)(value << 1 | i2c_bit(f, true));
	i2c_bit(f, last);
	return value;
}

/* `count` bytes, the first of them the most significant; -1: the module does not answer. */
static int
sfp_read_bytes(struct fake *f, uint8_t offset, unsigned count)
{
	int value = 0;

	i2c_start(f);
	if (!i2c_byte(f, 0xA0) || !i2c_byte(f, offset))
		return -1;
	i2c_start(f);
	if (!i2c_byte(f, 0xA1))
		return -1;
	while (count--)
		value = value << 8 | i2c_read_byte(f, !count);
	i2c_set(f, false, false);
	i2c_set(f, true, false);
	i2c_set(f, true, true);
	return value;
}

static int
sfp_read(struct fake *f, uint8_t offset)
{
	return sfp_read_bytes(f, offset, 1);
}

static void
test_module(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_SFP);
	take_sync(&f, IX_SYNC_PHY0);
	CHECK_EQ(sfp_read(&f, 0), 3);
	CHECK_EQ(sfp_read(&f, 3), 0x10);
	CHECK_EQ(sfp_read(&f, 38), 0x1B);
	CHECK_EQ(sfp_read_bytes(&f, 37, 3), 0x001B21);
	CHECK(ix_read(f.ix, IX_ESDP) & IX_ESDP_SDP2);
	ix_set_module(f.ix, false);
	CHECK_EQ(sfp_read(&f, 0), -1);
	CHECK(!(ix_read(f.ix, IX_ESDP) & IX_ESDP_SDP2));
	CHECK(!(ix_read(f.ix, IX_LINKS) & IX_LINKS_UP));
	ix_set_module(f.ix, true);
	CHECK(ix_read(f.ix, IX_LINKS) & IX_LINKS_UP);
	/* The laser off: no link. */
	ix_write(f.ix, IX_ESDP, IX_ESDP_SDP3 << IX_ESDP_DIR_SHIFT | IX_ESDP_SDP3);
	CHECK(!(ix_read(f.ix, IX_LINKS) & IX_LINKS_UP));
	CHECK_EQ(f.mistakes, 0);
	fake_end(&f);
}

static void
test_link(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	CHECK_EQ(ix_read(f.ix, IX_LINKS) & 0xF0000000, 0xF0000000);
	ix_read(f.ix, IX_EICR);
	ix_set_cable(f.ix, false);
	CHECK(ix_read(f.ix, IX_EICR) & IX_EICR_LSC);
	CHECK_EQ(ix_read(f.ix, IX_EICR) & IX_EICR_LSC, 0);
	CHECK_EQ(ix_read(f.ix, IX_LINKS) & IX_LINKS_UP, 0);
	ix_set_cable(f.ix, true);
	CHECK(!(ix_read(f.ix, IX_LINKS) & IX_LINKS_STATUS));	/* it was down in between */
	CHECK(ix_read(f.ix, IX_LINKS) & IX_LINKS_STATUS);
	ix_read(f.ix, IX_EICR);
	ix_write(f.ix, IX_AUTOC, ix_read(f.ix, IX_AUTOC) | IX_AUTOC_RESTART_AN);
	CHECK(!(ix_read(f.ix, IX_AUTOC) & IX_AUTOC_RESTART_AN));
	CHECK(ix_read(f.ix, IX_EICR) & IX_EICR_LSC);
	fake_end(&f);
}

static void
test_mistakes(void)
{
	struct fake f;

	fake_start(&f, IX_DEVICE_KX4);
	ix_write(f.ix, IX_RXCSUM, 1);
	CHECK_MISTAKES(&f, 1, "reserved bits 0x00000001");
	ix_write(f.ix, 0x1FFF0, 0);
	CHECK_MISTAKES(&f, 1, "no register");
	ix_write(f.ix, IX_MTQC, 1);
	CHECK_MISTAKES(&f, 1, "ARBDIS");
	ix_write(f.ix, rx_reg(0, IX_RX_RDLEN), 256);
	ix_write(f.ix, rx_reg(0, IX_RX_RDT), 16);
	CHECK_MISTAKES(&f, 1, "beyond the ring");
	ix_write(f.ix, rx_reg(0, IX_RX_RDT), 15);
	CHECK_MISTAKES(&f, 1, "before the queue is enabled");
	ix_write(f.ix, rx_reg(0, IX_RX_RDT), 0);
	ix_write(f.ix, rx_reg(0, IX_RX_RXDCTL), IX_RXDCTL_ENABLE);
	ix_write(f.ix, rx_reg(0, IX_RX_RDT), 15);
	CHECK_MISTAKES(&f, 1, "ENABLE was read");
	ix_write(f.ix, rx_reg(0, IX_RX_RDLEN), 512);
	CHECK_MISTAKES(&f, 1, "while the queue is enabled");
	ix_write(f.ix, rx_reg(0, IX_RX_RDH), 3);
	CHECK_MISTAKES(&f, 1, "owns descriptors");
	ix_write(f.ix, IX_RXCTRL, IX_RXCTRL_RXEN);
	CHECK_MISTAKES(&f, 2, "without SECRXCTRL.RX_DIS");
	ix_write(f.ix, tx_reg(0, IX_TX_TXDCTL), IX_TXDCTL_ENABLE);
	CHECK_MISTAKES(&f, 2, "before DMATXCTL.TE");
	fake_end(&f);
}

/* No offset, and no value, makes the model do what it should not: the sanitizers watch. */
static void
test_random_accesses(void)
{
	struct fake f;
	uint32_t seed = 82599;

	fake_start(&f, IX_DEVICE_SFP);
	for (unsigned n = 0; n < 400000; n++) {
		uint32_t offset, value;

		seed = seed * 1664525 + 1013904223;
		offset = (seed >> 8) % (IX_BAR0_SIZE + 64);
		seed = seed * 1664525 + 1013904223;
		value = seed;
		if (n % 3)
			ix_write(f.ix, offset & ~3u, value);
		else
			ix_read(f.ix, offset & ~3u);
		if (n % 1000 == 0) {
			uint8_t frame[200];

			make_frame(frame, sizeof(frame));
			ix_receive(f.ix, frame, sizeof(frame));
			ix_run(f.ix);
			f.now_us += 1000;
			ix_timers(f.ix);
		}
	}
	CHECK(f.mistakes > 0);
	fake_end(&f);
}

int
main(void)
{
	test_identity_and_reset();
	test_bars();
	test_semaphores();
	test_eeprom_checksum();
	test_eeprom_bit_bang();
	test_module();
	test_link();
	test_mistakes();
	test_random_accesses();
	return check_end();
}
