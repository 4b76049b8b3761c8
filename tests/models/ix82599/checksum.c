/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Internet checksums (RFC 1071) and the two CRCs, bit by bit: speed does not matter here.
 */
#include "parse.h"

#define CRC32_POLY 0xEDB88320u /* reflected */
#define CRC32C_POLY 0x82F63B78u

uint32_t
ix_sum(const uint8_t *data, size_t len, uint32_t start)
{
	uint32_t sum = start;

	for (size_t i = 0; i + 1 < len; i += 2) {
		sum += ix_be16(data + i);
		sum = (sum & 0xFFFF) + (sum >> 16);
	}
	if (len % 2)
		sum += (uint32_t)data[len - 1] << 8;
	return sum;
}

uint16_t
ix_sum_final(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t
ix_sum_pseudo(const struct ix_packet *p, uint8_t protocol)
{
	const uint8_t *ip = p->data + p->l3;
	uint32_t sum = (uint32_t)p->l4_len + protocol;

	return p->ipv4 ? ix_sum(ip + 12, 8, sum) : ix_sum(ip + 8, 32, sum);
}

static uint32_t
crc(const uint8_t *data, size_t len, uint32_t polynomial)
{
	uint32_t value = ~0u;

	for (size_t i = 0; i < len; i++) {
		value ^= data[i];
		for (unsigned bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? polynomial : 0);
	}
	return ~value;
}

uint32_t
ix_crc32(const uint8_t *data, size_t len)
{
	return crc(data, len, CRC32_POLY);
}

uint32_t
ix_crc32c(const uint8_t *data, size_t len)
{
	return crc(data, len, CRC32C_POLY);
}
