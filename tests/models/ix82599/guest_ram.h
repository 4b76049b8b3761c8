/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The guest's RAM as QEMU's proxy shares it: up to 8 ranges of guest addresses, each a part of a
 * file that is mapped here.
 */
#ifndef IX82599_GUEST_RAM_H
#define IX82599_GUEST_RAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GUEST_RAM_RANGES 8

struct guest_range {
	uint64_t addr, size;
	uint8_t *host;			/* where addr is mapped; NULL: unused */
	uint8_t *map;			/* what munmap wants */
	size_t map_bytes;
	dev_t dev;
	ino_t ino;
	uint64_t offset;
};

struct guest_ram {
	struct guest_range range[GUEST_RAM_RANGES];
};

/* Takes the new ranges; fds are not kept. False: one could not be mapped (said on stderr), and
 * that range is missing. */
bool guest_ram_sync(struct guest_ram *ram, const uint64_t *addr, const uint64_t *size,
		    const int64_t *offset, const int *fds, unsigned count);
void guest_ram_drop(struct guest_ram *ram);
bool guest_ram_read(const struct guest_ram *ram, uint64_t addr, void *buf, size_t len);
bool guest_ram_write(const struct guest_ram *ram, uint64_t addr, const void *buf, size_t len);
/* An aligned 8-byte store with release order. */
bool guest_ram_publish(const struct guest_ram *ram, uint64_t addr, uint64_t value);

#endif
