/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The other end of QEMU's x-pci-proxy-dev (its hw/remote protocol): messages of a 16-byte header
 * (command, payload's size) and a payload, native byte order, file descriptors beside the header.
 * QEMU waits for the answer to each access.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port.h"

enum command {
	SYNC_SYSMEM,
	RET,
	CFGWRITE,
	CFGREAD,
	BAR_WRITE,
	BAR_READ,
	SET_IRQFD,
	DEVICE_RESET,
};

struct header {
	int32_t command;
	uint32_t pad;
	uint64_t size;
};
_Static_assert(sizeof(struct header) == 16, "QEMU's message header");

struct sysmem {
	uint64_t addr[GUEST_RAM_RANGES], size[GUEST_RAM_RANGES];
	int64_t offset[GUEST_RAM_RANGES];
};
_Static_assert(sizeof(struct sysmem) == 192, "QEMU's SyncSysmemMsg");

struct config_access {
	uint32_t addr, value;
	int32_t len;
};
_Static_assert(sizeof(struct config_access) == 12, "QEMU's PciConfDataMsg");

struct bar_access {
	uint64_t addr, value;
	uint32_t size;
	uint8_t memory, pad[3];
};
_Static_assert(sizeof(struct bar_access) == 24, "QEMU's BarAccessMsg");

struct message {
	struct header header;
	union {
		struct sysmem sysmem;
		struct config_access config;
		struct bar_access bar;
	} body;
	int fds[GUEST_RAM_RANGES];
	unsigned fd_count;
};

static void
take_fds(struct msghdr *msg, struct message *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t bytes = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    bytes > sizeof(m->fds))
			continue;
		memcpy(m->fds, CMSG_DATA(c), bytes);
		m->fd_count = (unsigned)(bytes / sizeof(int));
	}
}

static bool
read_all(int fd, void *buf, size_t len)
{
	return recv(fd, buf, len, MSG_WAITALL) == (ssize_t)len;
}

static bool
read_message(int fd, struct message *m)
{
	char control[CMSG_SPACE(sizeof(m->fds))];
	struct iovec iov = {&m->header, sizeof(m->header)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	ssize_t got = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);

	m->fd_count = 0;
	if (got <= 0)
		return false;
	take_fds(&msg, m);
	if ((size_t)got < sizeof(m->header) &&
	    !read_all(fd, (char *)&m->header + got, sizeof(m->header) - (size_t)got))
		return false;
	if (m->header.size > sizeof(m->body)) {
		fprintf(stderr, "ix82599: QEMU sends a message of %llu bytes\n",
			(unsigned long long)m->header.size);
		return false;
	}
	memset(&m->body, 0, sizeof(m->body));
	return !m->header.size || read_all(fd, &m->body, m->header.size);
}

static bool
answer(int fd, uint64_t value)
{
	struct {
		struct header header;
		uint64_t value;
	} reply = {{RET, 0, sizeof(value)}, value};

	return send(fd, &reply, sizeof(reply), MSG_NOSIGNAL) == sizeof(reply);
}

static uint32_t
read_dword(struct port *port, enum ix_bar bar, uint32_t offset)
{
	return bar == IX_BAR_REGS ? ix_read(port->ix, offset) : ix_msix_read(port->ix, offset);
}

static void
write_dword(struct port *port, enum ix_bar bar, uint32_t offset, uint32_t value)
{
	if (bar == IX_BAR_REGS)
		ix_write(port->ix, offset, value);
	else
		ix_msix_write(port->ix, offset, value);
}

/* §8.1: registers are 32 bits; a 64-bit access is two of them, the low one first. */
static bool
access_fits(struct port *port, const struct bar_access *a, enum ix_bar bar, uint32_t offset)
{
	if ((bar == IX_BAR_REGS || bar == IX_BAR_MSIX) && (a->size == 4 || a->size == 8) &&
	    offset % 4 == 0)
		return true;
	ix_mistake(port->ix, "§8.1", "access of %u bytes at %s address 0x%llx", a->size,
		   bar == IX_BAR_NONE ? "no BAR's"
		   : bar == IX_BAR_IO ? "I/O"
				      : "register",
		   (unsigned long long)a->addr);
	return false;
}

static uint64_t
bar_read(struct port *port, const struct bar_access *a)
{
	uint32_t offset = 0;
	enum ix_bar bar = ix_pci_decode(port->ix, a->addr, a->memory, &offset);
	uint64_t value;

	if (!access_fits(port, a, bar, offset))
		return ~0u;
	value = read_dword(port, bar, offset);
	if (a->size == 8)
		value |= (uint64_t)read_dword(port, bar, offset + 4) << 32;
	return value;
}

static void
bar_write(struct port *port, const struct bar_access *a)
{
	uint32_t offset = 0;
	enum ix_bar bar = ix_pci_decode(port->ix, a->addr, a->memory, &offset);

	if (!access_fits(port, a, bar, offset))
		return;
	write_dword(port, bar, offset, (uint32_t)a->value);
	if (a->size == 8)
		write_dword(port, bar, offset + 4, (uint32_t)(a->value >> 32));
}

/* A range without a descriptor was not shared; QEMU counts those that it sends. */
static void
sync_ram(struct port *port, const struct message *m)
{
	const struct sysmem *s = &m->body.sysmem;

	guest_ram_sync(&port->ram, s->addr, s->size, s->offset, m->fds, m->fd_count);
}

static bool
serve(struct port *port, const struct message *m)
{
	const struct config_access *c = &m->body.config;

	switch (m->header.command) {
	case SYNC_SYSMEM:
		sync_ram(port, m);
		return true;
	case SET_IRQFD: /* of use with KVM only */
		return true;
	case CFGWRITE:
		ix_pci_write(port->ix, c->addr, c->value, (unsigned)c->len);
		return answer(port->proxy, 0);
	case CFGREAD:
		return answer(port->proxy, ix_pci_read(port->ix, c->addr, (unsigned)c->len));
	case BAR_WRITE:
		bar_write(port, &m->body.bar);
		return answer(port->proxy, 0);
	case BAR_READ:
		return answer(port->proxy, bar_read(port, &m->body.bar));
	case DEVICE_RESET:
		ix_power_reset(port->ix);
		return answer(port->proxy, 0);
	default:
		fprintf(stderr, "ix82599: QEMU sends command %d\n", m->header.command);
		return false;
	}
}

bool
proxy_serve(struct port *port)
{
	struct message m;
	bool good = read_message(port->proxy, &m) && serve(port, &m);

	for (unsigned n = 0; n < m.fd_count; n++)
		close(m.fds[n]);
	return good;
}
