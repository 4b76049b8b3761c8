/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: tests/models/ix82599/guest_ram.c tests/models/ix82599/wire.c */
/*
 * The 82599 model's surroundings: guest memory in shared files, and the wire's datagrams.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/models/ix82599/guest_ram.h"
#include "tests/models/ix82599/wire.h"
#include "tests/unit/check.h"

#define PAGE 4096u

static void
test_guest_ram(void)
{
	/* Two ranges that meet at 0x13000, from different places of one file; and a hole. */
	const uint64_t addr[] = { 0x10000, 0x13000 }, size[] = { 3 * PAGE, 2 * PAGE };
	const int64_t offset[] = { 4 * PAGE, 0 };
	int fd = memfd_create("ram", 0), fds[] = { fd, fd };
	struct guest_ram ram = { 0 };
	uint64_t word = 0;
	uint8_t *map, *before;

	CHECK_EQ(ftruncate(fd, 8 * PAGE), 0);
	map = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED);
	CHECK(guest_ram_sync(&ram, addr, size, offset, fds, 2));
	CHECK(guest_ram_write(&ram, 0x12FFC, "abcdefgh", 8));
	CHECK(!memcmp(map + 7 * PAGE - 4, "abcd", 4));
	CHECK(!memcmp(map, "efgh", 4));
	CHECK(guest_ram_read(&ram, 0x12FFC, &word, 8));
	CHECK(!memcmp(&word, "abcdefgh", 8));
	CHECK(guest_ram_publish(&ram, 0x13008, 0x0102030405060708));
	CHECK_EQ(map[8], 8);
	CHECK(!guest_ram_publish(&ram, 0x13004, 0));
	CHECK(!guest_ram_read(&ram, 0xFFFC, &word, 8));
	CHECK(!guest_ram_write(&ram, 0x14FFC, "abcdefgh", 8));
	CHECK(!guest_ram_read(&ram, ~0ull - 3, &word, 8));
	/* The same ranges again keep their mapping; a file that is too short is refused. */
	before = ram.range[0].host;
	CHECK(guest_ram_sync(&ram, addr, size, offset, fds, 1));
	CHECK(ram.range[0].host == before);
	CHECK(!guest_ram_read(&ram, 0x13000, &word, 8));
	CHECK(!guest_ram_sync(&ram, addr, (uint64_t[]){ 5 * PAGE }, offset, fds, 1));
	CHECK(!guest_ram_read(&ram, 0x10000, &word, 8));
	guest_ram_drop(&ram);
	munmap(map, 8 * PAGE);
	close(fd);
}

/* A peer that does not read: what it has no room for waits in order, and is given up in the end. */
static void
test_wire(void)
{
	char local[32];
	uint8_t frame[100];
	struct wire wire;
	unsigned sent = 0, got = 0;
	int ends[2];

	CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
	snprintf(local, sizeof(local), "fd:%d", ends[0]);
	CHECK(wire_open(&wire, local, NULL));
	while (!wire_busy(&wire) && sent < 100000) {
		memcpy(frame, &sent, sizeof(sent));
		wire_send(&wire, frame, sizeof(frame), 0);
		sent++;
	}
	CHECK(wire_busy(&wire));
	while (recv(ends[1], frame, sizeof(frame), MSG_DONTWAIT) == sizeof(frame)) {
		unsigned number;

		memcpy(&number, frame, sizeof(number));
		CHECK_EQ(number, got++);
		wire_flush(&wire, 10);
	}
	CHECK_EQ(got, sent);
	CHECK(!wire_busy(&wire));
	CHECK_EQ(send(ends[1], frame, 60, 0), 60);
	CHECK_EQ(wire_receive(&wire, frame, sizeof(frame)), 60);
	CHECK_EQ(wire_receive(&wire, frame, sizeof(frame)), 0);
	for (sent = 0; !wire_busy(&wire) && sent < 100000; sent++)
		wire_send(&wire, frame, sizeof(frame), 20);
	wire_flush(&wire, 2000000);
	CHECK(!wire_busy(&wire));
	CHECK_EQ(wire.lost, 1);
	close(ends[1]);
	wire_send(&wire, frame, sizeof(frame), 0);
	CHECK_EQ(wire.lost, 2);
	wire_close(&wire);
}

static void
test_addresses(void)
{
	struct wire wire;
	char path[64], local[80];

	snprintf(path, sizeof(path), "/tmp/ix82599-wire-%d", getpid());
	snprintf(local, sizeof(local), "unix:%s", path);
	CHECK(wire_open(&wire, local, "unix:/tmp/ix82599-nobody"));
	wire_send(&wire, (const uint8_t *)"x", 1, 0);
	CHECK_EQ(wire.lost, 1);
	wire_close(&wire);
	unlink(path);
	CHECK(!wire_open(&wire, local, NULL));
	CHECK(!wire_open(&wire, "unix:/tmp/a", "udp:127.0.0.1:9"));
	CHECK(!wire_open(&wire, "udp:127.0.0.1:99999", "udp:127.0.0.1:9"));
	CHECK(!wire_open(&wire, "fd:0x", NULL));
}

int
main(void)
{
	test_guest_ram();
	test_wire();
	test_addresses();
	return check_end();
}
