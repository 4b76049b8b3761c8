/* SPDX-License-Identifier: BSD-3-Clause
 *
 * QEMU tells the whole list anew at each change of the memory map, some hundred times a boot: a
 * range that is the same as before keeps its mapping.
 */
#include "guest_ram.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void
unmap(struct guest_range *r)
{
	if (r->map)
		munmap(r->map, r->map_bytes);
	*r = (struct guest_range){0};
}

/* Takes the mapping of an old range over, if it shows the same bytes. */
static bool
reuse(struct guest_range *old, struct guest_range *r)
{
	for (unsigned n = 0; n < GUEST_RAM_RANGES; n++) {
		struct guest_range *o = &old[n];

		if (!o->map || o->dev != r->dev || o->ino != r->ino || o->offset != r->offset ||
		    o->size != r->size)
			continue;
		r->host = o->host;
		r->map = o->map;
		r->map_bytes = o->map_bytes;
		o->map = NULL;
		return true;
	}
	return false;
}

static bool
map(struct guest_range *r, int fd, off_t file_size)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t start = r->offset & ~(page - 1);
	void *at;

	if (r->offset > (uint64_t)file_size || r->size > (uint64_t)file_size - r->offset) {
		fprintf(stderr, "ix82599: RAM at 0x%llx: file of %lld bytes is too short\n",
			(unsigned long long)r->addr, (long long)file_size);
		return false;
	}
	r->map_bytes = (size_t)(r->size + (r->offset - start));
	at = mmap(NULL, r->map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)start);
	if (at == MAP_FAILED) {
		perror("ix82599: mapping guest RAM");
		return false;
	}
	r->map = at;
	r->host = r->map + (r->offset - start);
	return true;
}

bool
guest_ram_sync(struct guest_ram *ram, const uint64_t *addr, const uint64_t *size,
	       const int64_t *offset, const int *fds, unsigned count)
{
	struct guest_ram old = *ram;
	bool good = true;

	memset(ram, 0, sizeof(*ram));
	for (unsigned n = 0; n < count && n < GUEST_RAM_RANGES; n++) {
		struct guest_range *r = &ram->range[n];
		struct stat st;

		if (fstat(fds[n], &st) < 0) {
			perror("ix82599: guest RAM");
			good = false;
			continue;
		}
		*r = (struct guest_range){.addr = addr[n],
					  .size = size[n],
					  .dev = st.st_dev,
					  .ino = st.st_ino,
					  .offset = (uint64_t)offset[n]};
		if (!reuse(old.range, r) && !map(r, fds[n], st.st_size)) {
			*r = (struct guest_range){0};
			good = false;
		}
	}
	for (unsigned n = 0; n < GUEST_RAM_RANGES; n++)
		unmap(&old.range[n]);
	return good;
}

void
guest_ram_drop(struct guest_ram *ram)
{
	for (unsigned n = 0; n < GUEST_RAM_RANGES; n++)
		unmap(&ram->range[n]);
}

/* Host address of addr, and how many bytes follow there; NULL: not RAM. */
static uint8_t *
locate(const struct guest_ram *ram, uint64_t addr, uint64_t *room)
{
	for (unsigned n = 0; n < GUEST_RAM_RANGES; n++) {
		const struct guest_range *r = &ram->range[n];

		if (!r->host || addr < r->addr || addr - r->addr >= r->size)
			continue;
		*room = r->size - (addr - r->addr);
		return r->host + (addr - r->addr);
	}
	return NULL;
}

/* Host address of the first piece of a range, whose bytes are taken off it; NULL: not RAM. */
static uint8_t *
take_piece(const struct guest_ram *ram, uint64_t *addr, size_t *len, size_t *bytes)
{
	uint64_t room;
	uint8_t *host = locate(ram, *addr, &room);

	if (!host)
		return NULL;
	*bytes = room < *len ? (size_t)room : *len;
	*addr += *bytes;
	*len -= *bytes;
	return host;
}

static bool
all_ram(const struct guest_ram *ram, uint64_t addr, size_t len)
{
	size_t bytes;

	while (len)
		if (!take_piece(ram, &addr, &len, &bytes))
			return false;
	return true;
}

bool
guest_ram_read(const struct guest_ram *ram, uint64_t addr, void *buf, size_t len)
{
	uint8_t *out = buf;
	size_t bytes;

	if (!all_ram(ram, addr, len))
		return false;
	for (; len; out += bytes) {
		const uint8_t *host = take_piece(ram, &addr, &len, &bytes);

		if (!host)
			return false;
		memcpy(out, host, bytes);
	}
	return true;
}

bool
guest_ram_write(const struct guest_ram *ram, uint64_t addr, const void *buf, size_t len)
{
	const uint8_t *in = buf;
	size_t bytes;

	if (!all_ram(ram, addr, len))
		return false;
	for (; len; in += bytes) {
		uint8_t *host = take_piece(ram, &addr, &len, &bytes);

		if (!host)
			return false;
		memcpy(host, in, bytes);
	}
	return true;
}

bool
guest_ram_publish(const struct guest_ram *ram, uint64_t addr, uint64_t value)
{
	uint64_t room;
	uint8_t *host = locate(ram, addr, &room);

	if (!host || room < sizeof(value) || addr % sizeof(value))
		return false;
	__atomic_store_n((uint64_t *)(void *)host, value, __ATOMIC_RELEASE);
	return true;
}
