/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The SFP+ module at the end of the bit-banged two-wire bus of I2CCTL (82599 data sheet
 * §8.2.3.1.5): a slave at A0h with 256 bytes (SFF-8472 table 3.1, SFF-8431 for the codes), which
 * answers random and sequential reads. Edges of the clock and of the data line drive a state
 * machine; the line reads low if either side pulls it low.
 */
#include <string.h>

#include "model.h"

#define SFP_ADDRESS 0xA0u
#define I2C_READ_BIT 1u

/* SFF-8472 byte offsets */
#define SFF_IDENTIFIER 0
#define   SFF_IDENTIFIER_SFP 3
#define SFF_CONNECTOR 2
#define   SFF_CONNECTOR_LC 7
#define SFF_10G_CODES 3
#define   SFF_10G_BASE_SR 0x10
#define SFF_BITRATE 12
#define   SFF_BITRATE_10G 103
#define SFF_VENDOR_NAME 20
#define SFF_VENDOR_OUI 37
#define SFF_PART_NUMBER 40
#define SFF_CHECK_CODE 63
#define SFF_SERIAL_NUMBER 68

static void
module_page(uint8_t *page)
{
	static const uint8_t intel_oui[3] = { 0x00, 0x1B, 0x21 };
	unsigned sum = 0;

	memset(page, 0, 256);
	page[SFF_IDENTIFIER] = SFF_IDENTIFIER_SFP;
	page[1] = 4;			/* identified by the serial ID alone */
	page[SFF_CONNECTOR] = SFF_CONNECTOR_LC;
	page[SFF_10G_CODES] = SFF_10G_BASE_SR;
	page[SFF_BITRATE] = SFF_BITRATE_10G;
	memset(page + SFF_VENDOR_NAME, ' ', 16);
	memcpy(page + SFF_VENDOR_NAME, "MODEL", 5);
	memcpy(page + SFF_VENDOR_OUI, intel_oui, sizeof(intel_oui));
	memset(page + SFF_PART_NUMBER, ' ', 16);
	memcpy(page + SFF_PART_NUMBER, "SFP-10G-SR", 10);
	memset(page + SFF_SERIAL_NUMBER, ' ', 16);
	memcpy(page + SFF_SERIAL_NUMBER, "1", 1);
	for (unsigned i = 0; i < SFF_CHECK_CODE; i++)
		sum += page[i];
	page[SFF_CHECK_CODE] = (uint8_t)sum;
}

void
ix_i2c_init(struct ix *ix)
{
	uint8_t offset = ix->i2c.offset;

	module_page(ix->sfp);
	ix->i2c = (struct ix_i2c){ .scl = true, .sda = true, .slave_sda = true, .offset = offset };
}

uint32_t
ix_i2c_read(struct ix *ix)
{
	const struct ix_i2c *i2c = &ix->i2c;
	uint32_t value = 0;

	if (i2c->scl)
		value |= IX_I2C_CLK_OUT | IX_I2C_CLK_IN;
	if (i2c->sda)
		value |= IX_I2C_DATA_OUT;
	if (i2c->sda && i2c->slave_sda)
		value |= IX_I2C_DATA_IN;
	return value;
}

static void
expect_byte(struct ix_i2c *i2c, enum ix_i2c_state state)
{
	i2c->state = state;
	i2c->bits = 0;
	i2c->shift = 0;
}

/* Puts the next data bit on the line, most significant first. */
static void
drive_bit(struct ix_i2c *i2c)
{
	i2c->slave_sda = i2c->shift >> 7;
	i2c->shift = (uint8_t)(i2c->shift << 1);
	i2c->bits++;
}

static void
load_byte(struct ix *ix)
{
	expect_byte(&ix->i2c, IX_I2C_READ);
	ix->i2c.shift = ix->sfp[ix->i2c.offset++];
	drive_bit(&ix->i2c);
}

/* A whole byte came from the master: what it means, and what follows its acknowledge. */
static void
byte_in(struct ix *ix)
{
	struct ix_i2c *i2c = &ix->i2c;

	switch (i2c->state) {
	case IX_I2C_ADDRESS:
		i2c->answering = ix->sfp_present && (i2c->shift & ~I2C_READ_BIT) == SFP_ADDRESS;
		i2c->after_ack = i2c->shift & I2C_READ_BIT ? IX_I2C_READ : IX_I2C_OFFSET;
		break;
	case IX_I2C_OFFSET:
		i2c->offset = i2c->shift;
		i2c->after_ack = IX_I2C_WRITE;
		break;
	default:
		i2c->after_ack = IX_I2C_WRITE;	/* the page is read-only: taken, not stored */
		break;
	}
	i2c->state = i2c->answering ? IX_I2C_ACK : IX_I2C_IDLE;
	if (i2c->answering)
		i2c->slave_sda = false;
}

static void
clock_fell(struct ix *ix)
{
	struct ix_i2c *i2c = &ix->i2c;

	switch (i2c->state) {
	case IX_I2C_ADDRESS:
	case IX_I2C_OFFSET:
	case IX_I2C_WRITE:
		if (i2c->bits == 8)
			byte_in(ix);
		break;
	case IX_I2C_ACK:
		i2c->slave_sda = true;
		if (i2c->after_ack == IX_I2C_READ)
			load_byte(ix);
		else
			expect_byte(i2c, i2c->after_ack);
		break;
	case IX_I2C_READ:
		if (i2c->bits < 8) {
			drive_bit(i2c);
		} else {
			i2c->slave_sda = true;
			i2c->state = IX_I2C_MASTER_ACK;
		}
		break;
	default:
		break;
	}
}

static void
clock_rose(struct ix *ix)
{
	struct ix_i2c *i2c = &ix->i2c;

	switch (i2c->state) {
	case IX_I2C_ADDRESS:
	case IX_I2C_OFFSET:
	case IX_I2C_WRITE:
		i2c->shift = (uint8_t)(i2c->shift << 1 | i2c->sda);
		i2c->bits++;
		break;
	case IX_I2C_MASTER_ACK:		/* high: the master wants no more */
		if (i2c->sda) {
			i2c->state = IX_I2C_IDLE;
		} else {
			i2c->state = IX_I2C_ACK;
			i2c->after_ack = IX_I2C_READ;
		}
		break;
	default:
		break;
	}
}

void
ix_i2c_write(struct ix *ix, uint32_t value)
{
	struct ix_i2c *i2c = &ix->i2c;
	bool scl = value & IX_I2C_CLK_OUT, sda = value & IX_I2C_DATA_OUT;
	bool old_scl = i2c->scl, old_sda = i2c->sda;

	i2c->sda = sda;
	i2c->scl = scl;
	if (old_scl && scl && old_sda && !sda) {	/* start, also a repeated one */
		i2c->slave_sda = true;
		expect_byte(i2c, IX_I2C_ADDRESS);
	} else if (old_scl && scl && !old_sda && sda) {	/* stop */
		i2c->slave_sda = true;
		i2c->state = IX_I2C_IDLE;
	} else if (old_scl && !scl) {
		clock_fell(ix);
	} else if (!old_scl && scl) {
		clock_rose(ix);
	}
}
