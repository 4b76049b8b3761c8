/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AML's encoding of integers, ACPI 6.5 §20.2.3.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/string.h"

#define AML_ZERO 0x00
#define AML_ONE 0x01
#define AML_BYTE 0x0a
#define AML_WORD 0x0b

bool
acpi_aml_integer(const uint8_t **at, const uint8_t *end, uint32_t *value)
{
	size_t left = (size_t)(end - *at);
	size_t bytes;

	if (left == 0)
		return false;
	switch ((*at)[0]) {
	case AML_ZERO:
	case AML_ONE:
		*value = (*at)[0];
		*at += 1;
		return true;
	case AML_BYTE:
		bytes = sizeof(uint8_t);
		break;
	case AML_WORD:
		bytes = sizeof(uint16_t);
		break;
	case AML_DWORD:
		bytes = sizeof(uint32_t);
		break;
	default:
		return false;
	}
	if (left < 1 + bytes)
		return false;
	*value = 0;
	memcpy(value, *at + 1, bytes);
	*at += 1 + bytes;
	return true;
}
