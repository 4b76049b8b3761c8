/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine's own addresses beside the loopback, and from which of them another is reached: of
 * its family, one on its link if there is any, else the first that is of more than a link, if there
 * is a router.
 */
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "libc/far/far_internal.h"

static struct spinlock lock = SPINLOCK_INIT;
static struct far_address own[FAR_ADDRESSES_MAX];
static unsigned own_count;
static bool has_router4, has_router6;

static bool
is_of_ipv4(const uint8_t *address)
{
	static const uint8_t prefix[SOCKET_MAPPED_AT] = {[10] = 0xff, [11] = 0xff};

	return !memcmp(address, prefix, sizeof(prefix));
}

/* fe80::/10 */
static bool
is_of_link(const uint8_t *address)
{
	return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

static bool
is_multicast(const uint8_t *address)
{
	return is_of_ipv4(address) ? (address[SOCKET_MAPPED_AT] & 0xf0) == 0xe0
				  : address[0] == 0xff;
}

/* Whether two addresses have so many bits in common from the start. */
static bool
have_common(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return !memcmp(a, b, whole) && (!rest || !((a[whole] ^ b[whole]) >> (8 - rest)));
}

void
far_set_addresses(const struct far_address *addresses, unsigned count, bool router4, bool router6)
{
	uint64_t flags = spin_lock(&lock);

	own_count = count < FAR_ADDRESSES_MAX ? count : FAR_ADDRESSES_MAX;
	memcpy(own, addresses, own_count * sizeof(own[0]));
	has_router4 = router4;
	has_router6 = router6;
	spin_unlock(&lock, flags);
}

bool
far_is_own(const uint8_t address[16])
{
	uint64_t flags = spin_lock(&lock);
	bool found = false;

	for (unsigned i = 0; i < own_count && !found; i++)
		found = !memcmp(own[i].address, address, sizeof(own[i].address));
	spin_unlock(&lock, flags);
	return found;
}

static const struct far_address *
find_source(const uint8_t *address)
{
	bool routed = is_of_ipv4(address) ? has_router4 : has_router6;
	bool anywhere = is_multicast(address) || far_is_broadcast(address);
	const struct far_address *best = NULL;

	spin_assert_held(&lock);
	for (unsigned i = 0; i < own_count; i++) {
		if (is_of_ipv4(address) != is_of_ipv4(own[i].address))
			continue;
		if (have_common(address, own[i].address, own[i].prefix))
			return &own[i];
		if (!best && (routed || anywhere) && !is_of_link(address) &&
		    (anywhere || !is_of_link(own[i].address)))
			best = &own[i];
	}
	return best;
}

bool
far_source_for(const uint8_t address[16], uint8_t source[16])
{
	uint64_t flags = spin_lock(&lock);
	const struct far_address *from = find_source(address);

	if (from)
		memcpy(source, from->address, sizeof(from->address));
	spin_unlock(&lock, flags);
	return from;
}

bool
far_is_broadcast(const uint8_t address[16])
{
	static const uint8_t all[4] = {0xff, 0xff, 0xff, 0xff};

	return is_of_ipv4(address) && !memcmp(address + SOCKET_MAPPED_AT, all, sizeof(all));
}
