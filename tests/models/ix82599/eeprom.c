/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The EEPROM's contents (82599 data sheet chapter 6) and access to it by EERD (§8.2.3.2.2).
 * Word map: 0x03-0x0E pointers to sections (none but the firmware's at 0x0F), 0x27 and 0x28
 * alternate and SAN MAC pointers (none), 0x2B the list of SFP+ initialisation sequences, 0x2C
 * device capabilities, 0x3F the checksum: words 0x00-0x3F, with the sections that 0x03-0x0E
 * point at, add up to 0xBABA.
 */
#include "access.h"
#include "model.h"

#define WORD_POINTER_FIRST 0x03u
#define WORD_POINTER_LAST 0x0Eu
#define WORD_FIRMWARE 0x0Fu
#define WORD_ALT_MAC 0x27u
#define WORD_SAN_MAC 0x28u
#define WORD_ETRACK_LOW 0x2Du
#define WORD_SFP_LIST 0x2Bu
#define WORD_CAPABILITIES 0x2Cu
#define WORD_CHECKSUM 0x3Fu
#define CHECKSUM_TOTAL 0xBABAu
#define NO_POINTER 0xFFFFu

#define SFP_LIST_AT 0x100u
#define SFP_SEQUENCE_AT 0x120u
#define SFP_SRLR_CORE0 5u		/* ids of §6.3.13: short or long range on port 0, 1 */
#define SFP_SRLR_CORE1 6u
#define SFP_LIST_END 0xFFFFu

#define FIRMWARE_AT 0x200u		/* firmware module: +4 points at the patch block */
#define FIRMWARE_PATCH_PTR 4u
#define FIRMWARE_LESM_PTR 2u
#define PATCH_AT 0x220u
#define PATCH_VERSION 7u
#define PATCH_VERSION_VALUE 0x0006u	/* 0.6: the first that drivers accept on SFI boards */

static void
sfp_section(uint16_t *w)
{
	uint32_t at = SFP_LIST_AT;

	w[WORD_SFP_LIST] = SFP_LIST_AT;
	w[at++] = 4;			/* length; then pairs of id and sequence */
	w[at++] = SFP_SRLR_CORE0;
	w[at++] = SFP_SEQUENCE_AT;
	w[at++] = SFP_SRLR_CORE1;
	w[at++] = SFP_SEQUENCE_AT;
	w[at] = SFP_LIST_END;
	/* A length, then CORECTL values: the model's analog core takes any. */
	w[SFP_SEQUENCE_AT] = 2;
	w[SFP_SEQUENCE_AT + 1] = 0x0B0C;
	w[SFP_SEQUENCE_AT + 2] = 0x0D0E;
	w[SFP_SEQUENCE_AT + 3] = SFP_LIST_END;
}

static void
firmware_section(uint16_t *w)
{
	w[WORD_FIRMWARE] = FIRMWARE_AT;
	for (unsigned i = 0; i < 8; i++)
		w[FIRMWARE_AT + i] = NO_POINTER;
	w[FIRMWARE_AT + FIRMWARE_PATCH_PTR] = PATCH_AT;
	w[FIRMWARE_AT + FIRMWARE_LESM_PTR] = NO_POINTER;
	w[PATCH_AT + PATCH_VERSION] = PATCH_VERSION_VALUE;
}

void
ix_eeprom_init(struct ix *ix)
{
	uint16_t *w = ix->eeprom, sum = 0;

	for (unsigned i = WORD_POINTER_FIRST; i <= WORD_FIRMWARE; i++)
		w[i] = NO_POINTER;
	w[WORD_ALT_MAC] = w[WORD_SAN_MAC] = w[WORD_SFP_LIST] = NO_POINTER;
	w[WORD_CAPABILITIES] = 0;
	w[WORD_ETRACK_LOW] = 0x0001;
	w[WORD_ETRACK_LOW + 1] = 0x8000;
	if (ix->config.device_id == IX_DEVICE_SFP) {
		sfp_section(w);
		firmware_section(w);
	}
	for (unsigned i = 0; i < WORD_CHECKSUM; i++)
		sum = (uint16_t)(sum + w[i]);
	w[WORD_CHECKSUM] = (uint16_t)(CHECKSUM_TOTAL - sum);
}

uint16_t
ix_eeprom_word(const struct ix *ix, uint32_t word)
{
	return word < IX_EEPROM_WORDS ? ix->eeprom[word] : NO_POINTER;
}

void
ix_eerd_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	uint32_t word = value >> IX_EERD_ADDR_SHIFT & IX_EERD_ADDR_MASK;

	if (!(value & IX_EERD_START)) {
		ix->reg[offset / 4] = value & ~(uint32_t)IX_EERD_DONE;
		return;
	}
	if (word >= IX_EEPROM_WORDS)
		ix_mistake(ix, "§8.2.3.2.2", "EERD reads word 0x%x of an EEPROM of 0x%x", word,
			   IX_EEPROM_WORDS);
	ix->reg[offset / 4] = (uint32_t)ix_eeprom_word(ix, word) << IX_EERD_DATA_SHIFT |
			      word << IX_EERD_ADDR_SHIFT | IX_EERD_DONE;
}

/* The model's EEPROM is read-only: a production driver has no reason to write it. */
void
ix_eewr_write(struct ix *ix, uint32_t offset, uint32_t value)
{
	(void)offset;
	if (value & IX_EERD_START)
		ix_mistake(ix, "§8.2.3.2.3", "EEWR writes the EEPROM (word 0x%x)",
			   value >> IX_EERD_ADDR_SHIFT & IX_EERD_ADDR_MASK);
}
