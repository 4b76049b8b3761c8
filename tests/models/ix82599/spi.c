/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The serial EEPROM as a driver sees it through EEC (82599 data sheet §8.2.3.2.1, §3.1.3.5.2): an
 * SPI memory with 16-bit addresses, mode 0 (the master's bit is taken on the rising edge of SK,
 * the memory's bit appears on the falling edge), chip select active low. Reading and the status
 * register are served; writing is not.
 */
#include "access.h"
#include "model.h"

#define OPCODE_BITS 8u
#define ADDRESS_BITS 16u
#define SPI_WRSR 0x01u
#define SPI_WRITE 0x02u
#define SPI_READ 0x03u
#define SPI_RDSR 0x05u
#define SPI_STATUS_READY 0x00u /* bit 0 is 1 while a write goes on */

uint32_t
ix_eec_reg_read(struct ix *ix, uint32_t offset)
{
	uint32_t value = ix->reg[offset / 4] & ~(uint32_t)(IX_EEC_GNT | IX_EEC_DO);

	if (value & IX_EEC_REQ)
		value |= IX_EEC_GNT;
	if (ix->spi.out_bits ? ix->spi.out >> (ix->spi.out_bits - 1) & 1 : 1)
		value |= IX_EEC_DO;
	return value;
}

/* The EEPROM holds words, low byte first. */
static uint8_t
byte_at(const struct ix *ix, uint16_t address)
{
	uint16_t word = ix_eeprom_word(ix, address / 2u);

	return (uint8_t)(address % 2 ? word >> 8 : word);
}

static void
rising_edge(struct ix *ix, bool di)
{
	struct ix_spi *spi = &ix->spi;

	if (spi->reading)
		return;
	spi->shift = spi->shift << 1 | di;
	spi->bits++;
	if (spi->bits == OPCODE_BITS) {
		uint8_t opcode = (uint8_t)spi->shift;

		if (opcode == SPI_WRITE || opcode == SPI_WRSR)
			ix_mistake(ix, "§8.2.3.2.1", "EEC writes the EEPROM (SPI opcode 0x%02x)",
				   opcode);
	}
}

/* The last bit of a command has gone by: the memory begins to answer. */
static void
falling_edge(struct ix *ix)
{
	struct ix_spi *spi = &ix->spi;
	uint8_t opcode = (uint8_t)(spi->shift >> (spi->bits > OPCODE_BITS ? ADDRESS_BITS : 0));

	if (spi->out_bits > 1) {
		spi->out_bits--;
	} else if (spi->reading) {
		spi->out = byte_at(ix, spi->address++);
		spi->out_bits = 8;
	} else if (spi->bits == OPCODE_BITS && spi->shift == SPI_RDSR) {
		spi->out = SPI_STATUS_READY;
		spi->out_bits = 8;
	} else if (spi->bits == OPCODE_BITS + ADDRESS_BITS && opcode == SPI_READ) {
		spi->reading = true;
		spi->address = (uint16_t)spi->shift;
		spi->out = byte_at(ix, spi->address++);
		spi->out_bits = 8;
	}
}

void
ix_eec_reg_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	uint32_t old = ix->reg[offset / 4];
	uint32_t pins = IX_EEC_SK | IX_EEC_CS | IX_EEC_DI;

	if (((old ^ value) & pins) && !(ix->reg[IX_SW_FW_SYNC / 4] & IX_SYNC_EEPROM))
		ix_mistake(ix, "§10.5.4",
			   "EEC drives the EEPROM without SW_FW_SYNC.SW_EEP_SM held");
	if (((old ^ value) & pins) && !(old & IX_EEC_REQ))
		ix_mistake(ix, "§8.2.3.2.1", "EEC drives the EEPROM without EE_REQ and EE_GNT");
	ix_store(ix, offset, value);
	if ((value & IX_EEC_CS) || !(value & IX_EEC_REQ))
		ix->spi = (struct ix_spi){0};
	else if (!(old & IX_EEC_SK) && (value & IX_EEC_SK))
		rising_edge(ix, value & IX_EEC_DI);
	else if ((old & IX_EEC_SK) && !(value & IX_EEC_SK))
		falling_edge(ix);
}
