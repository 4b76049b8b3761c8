/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/console/ring.c */
/*
 * The console's ring: random writes and reads against a model that keeps everything; a writer
 * and a reader on threads of their own.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/console/ring.h"
#include "tests/unit/check.h"

#define SIZE 64
#define ROUNDS 20000
#define READERS 3
#define STREAM_LENGTH 2000000u

static char bytes[SIZE];

/* The byte at a position of an endless stream. */
static char
stream(uint64_t position)
{
	return (char)(position * 2654435761u >> 13);
}

static void
write_stream(struct ring *ring, size_t length)
{
	char text[SIZE];

	for (size_t i = 0; i < length; i++)
		text[i] = stream(ring->head + i);
	ring_put(ring, text, length);
}

/* Takes up to `most` bytes as the stream has them from `position` on; returns how many. */
static size_t
read_stream(struct ring *ring, unsigned reader, uint64_t position, size_t most)
{
	const char *piece;
	size_t length = MIN(ring_peek(ring, reader, &piece), most);

	for (size_t i = 0; i < length; i++)
		if (!CHECK_EQ(piece[i], stream(position + i)))
			break;
	ring_take(ring, reader, length);
	return length;
}

static void
test_against_model(void)
{
	struct ring ring = {.bytes = bytes, .size = SIZE};
	uint64_t read[READERS] = {0};

	for (unsigned i = 0; i < READERS; i++)
		CHECK_EQ(ring_add_reader(&ring), i);
	srand(1);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned reader = (unsigned)rand() % READERS;
		uint64_t slowest = MIN(read[0], MIN(read[1], read[2]));

		if (!CHECK_EQ(ring_room(&ring), SIZE - (ring.head - slowest)))
			return;
		write_stream(&ring, (size_t)rand() % (ring_room(&ring) + 1));
		read[reader] += read_stream(&ring, reader, read[reader], (size_t)rand() % SIZE);
	}
	CHECK(ring.head > 10 * SIZE);
}

static void
test_readers_come_and_go(void)
{
	struct ring ring = {.bytes = bytes, .size = SIZE};
	const char *piece;

	CHECK_EQ(ring_room(&ring), SIZE); /* nobody reads: nothing is lost by writing on */
	write_stream(&ring, SIZE);
	write_stream(&ring, 10);
	CHECK_EQ(ring_room(&ring), SIZE);

	CHECK_EQ(ring_add_reader(&ring), 0); /* gets what is still there */
	CHECK_EQ(ring_room(&ring), 0);
	CHECK_EQ(read_stream(&ring, 0, 10, SIZE), SIZE - 10);
	CHECK_EQ(read_stream(&ring, 0, SIZE, SIZE), 10);
	CHECK_EQ(read_stream(&ring, 0, SIZE + 10, SIZE), 0);

	CHECK_EQ(ring_add_reader(&ring), 1);
	ring_remove_reader(&ring, 1);
	CHECK_EQ(ring_room(&ring), SIZE);
	CHECK_EQ(ring_peek(&ring, 1, &piece), 0);
	for (int i = 2; i < RING_READERS_MAX; i++)
		CHECK_EQ(ring_add_reader(&ring), i);
	CHECK_EQ(ring_add_reader(&ring), -ENOSPC);
}

static void *
writer_thread(void *argument)
{
	struct ring *ring = argument;

	while (ring->head < STREAM_LENGTH)
		write_stream(ring, MIN(ring_room(ring), (size_t)(STREAM_LENGTH - ring->head)));
	return NULL;
}

static void
test_two_threads(void)
{
	struct ring ring = {.bytes = bytes, .size = SIZE};
	uint64_t position = 0;
	pthread_t writer;

	ring_add_reader(&ring);
	pthread_create(&writer, NULL, writer_thread, &ring);
	while (position < STREAM_LENGTH && !check_failures)
		position += read_stream(&ring, 0, position, SIZE);
	if (check_failures)
		exit(1);
	pthread_join(writer, NULL);
	CHECK_EQ(position, STREAM_LENGTH);
}

int
main(void)
{
	test_against_model();
	test_readers_come_and_go();
	test_two_threads();
	return check_end();
}
