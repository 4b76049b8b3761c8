/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bare.sriov=[DOMAIN:]BUS:DEV.FN=N: the address as DPDK's -a takes it, in hexadecimal, and how many
 * virtual functions it is to have.
 */
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/loader/settings.h"

#define DOMAIN_MAX 0xffff
#define BUS_MAX 0xff
#define DEVICE_MAX 0x1f
#define FUNCTION_MAX 0x7
#define FUNCTIONS_MAX 0xffff

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads hexadecimal digits up to `end`, which is passed over; false when there are none. */
static bool
take_number(const char **at, char end, uint32_t limit, uint32_t *number)
{
	const char *start = *at;

	*number = 0;
	for (; digit_of(**at) >= 0; (*at)++) {
		*number = *number * 16 + (uint32_t)digit_of(**at);
		if (*number > limit)
			return false;
	}
	return *at != start && *(*at)++ == end;
}

/* Whether a domain stands before the bus. */
static bool
has_domain(const char *value)
{
	const char *colon = string_find(value, ':');

	return colon && string_find(colon + 1, ':');
}

int
settings_parse_sriov(const char *value, struct sriov_spec *spec)
{
	uint32_t domain = 0, bus, device, function;
	uint64_t count;

	if (has_domain(value) && !take_number(&value, ':', DOMAIN_MAX, &domain))
		return -EINVAL;
	if (!take_number(&value, ':', BUS_MAX, &bus) ||
	    !take_number(&value, '.', DEVICE_MAX, &device) ||
	    !take_number(&value, '=', FUNCTION_MAX, &function) ||
	    string_to_u64(value, FUNCTIONS_MAX, &count) != 0 || count == 0)
		return -EINVAL;
	*spec = (struct sriov_spec){
		.segment = (uint16_t)domain,
		.bus = (uint8_t)bus,
		.device = (uint8_t)device,
		.function = (uint8_t)function,
		.count = (uint16_t)count,
	};
	return 0;
}
