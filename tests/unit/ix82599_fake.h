/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What surrounds the 82599 model in its unit tests: a megabyte of guest memory, a wire that keeps
 * the frames it was given, a clock that stands still, lists of messages and mistakes. And a
 * driver's first steps: a device that is up with one receive and one transmit queue.
 */
#ifndef TESTS_UNIT_IX82599_FAKE_H
#define TESTS_UNIT_IX82599_FAKE_H

#include <stdlib.h>
#include <string.h>

#include "tests/models/ix82599/model.h"
#include "tests/models/ix82599/parse.h"
#include "tests/unit/check.h"

#define FAKE_BASE 0x100000ull		/* guest address of the memory */
#define FAKE_BYTES 0x100000u
#define RX_RING (FAKE_BASE + 0x1000)
#define TX_RING (FAKE_BASE + 0x2000)
#define RX_BUFFERS (FAKE_BASE + 0x10000)
#define TX_BUFFER (FAKE_BASE + 0x80000)
#define RING_DESCS 16u
#define BUFFER_BYTES 2048u
#define FAKE_FRAMES 64u

struct fake {
	uint8_t *memory;
	struct {
		uint8_t data[IX_FRAME_MAX];
		size_t len;
	} frame[FAKE_FRAMES];
	unsigned frames, messages, mistakes;
	uint64_t message_addr;
	uint32_t message_data;
	uint64_t now_us;
	char mistake[512];		/* the first since the last check */
	struct ix *ix;
	uint32_t tx_tail;
};

static uint8_t *
fake_at(struct fake *f, uint64_t addr, size_t len)
{
	if (addr < FAKE_BASE || len > FAKE_BYTES || addr - FAKE_BASE > FAKE_BYTES - len)
		return NULL;
	return f->memory + (addr - FAKE_BASE);
}

static bool
fake_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	uint8_t *at = fake_at(ctx, addr, len);

	return at && memcpy(buf, at, len);
}

static bool
fake_write(void *ctx, uint64_t addr, const void *buf, size_t len)
{
	uint8_t *at = fake_at(ctx, addr, len);

	return at && memcpy(at, buf, len);
}

static bool
fake_publish(void *ctx, uint64_t addr, uint64_t value)
{
	return fake_write(ctx, addr, &value, sizeof(value));
}

static void
fake_transmit(void *ctx, const uint8_t *frame, size_t len)
{
	struct fake *f = ctx;

	if (f->frames < FAKE_FRAMES) {
		memcpy(f->frame[f->frames].data, frame, len);
		f->frame[f->frames].len = len;
	}
	f->frames++;
}

static void
fake_message(void *ctx, uint64_t addr, uint32_t data)
{
	struct fake *f = ctx;

	f->messages++;
	f->message_addr = addr;
	f->message_data = data;
}

static uint64_t
fake_now(void *ctx)
{
	return ((struct fake *)ctx)->now_us;
}

static void
fake_mistake(void *ctx, const char *text)
{
	struct fake *f = ctx;

	if (!f->mistakes++)
		snprintf(f->mistake, sizeof(f->mistake), "%s", text);
}

static inline void
fake_start(struct fake *f, uint16_t device_id)
{
	struct ix_config config = { .device_id = device_id, .mac = { 2, 0x82, 0x59, 0x90, 0, 1 } };
	struct ix_env env = {
		.ctx = f, .dma_read = fake_read, .dma_write = fake_write,
		.dma_publish = fake_publish, .transmit = fake_transmit, .message = fake_message,
		.now_us = fake_now, .mistake = fake_mistake,
	};

	memset(f, 0, sizeof(*f));
	f->memory = calloc(1, FAKE_BYTES);
	f->ix = ix_create(&config, &env);
	if (!f->memory || !f->ix)
		abort();
	ix_pci_write(f->ix, 4, 7, 2);	/* I/O, memory, bus master */
}

static inline void
fake_end(struct fake *f)
{
	ix_destroy(f->ix);
	free(f->memory);
}

/* The number of mistakes since the last call is what is due; the first one's text has `part`. */
#define CHECK_MISTAKES(f, due, part) \
	do { \
		CHECK_EQ((f)->mistakes, (due)); \
		if (!CHECK(strstr((f)->mistake, (part)))) \
			printf("the first mistake: \"%s\"\n", (f)->mistake); \
		(f)->mistakes = 0; \
		(f)->mistake[0] = '\0'; \
	} while (0)

static inline void
take_sync(struct fake *f, uint32_t bits)
{
	CHECK(!(ix_read(f->ix, IX_SWSM) & IX_SWSM_SMBI));
	ix_write(f->ix, IX_SWSM, IX_SWSM_SMBI | IX_SWSM_SWESMBI);
	CHECK(ix_read(f->ix, IX_SWSM) & IX_SWSM_SWESMBI);
	ix_write(f->ix, IX_SW_FW_SYNC, ix_read(f->ix, IX_SW_FW_SYNC) | bits);
	ix_write(f->ix, IX_SWSM, 0);
}

static inline uint32_t
rx_reg(unsigned queue, uint32_t reg)
{
	return queue < 64 ? IX_RX_BLOCK_LOW + queue * IX_QUEUE_STRIDE + reg
			  : IX_RX_BLOCK_HIGH + (queue - 64) * IX_QUEUE_STRIDE + reg;
}

static inline uint32_t
tx_reg(unsigned queue, uint32_t reg)
{
	return IX_TX_BLOCK + queue * IX_QUEUE_STRIDE + reg;
}

static inline void
put_desc(struct fake *f, uint64_t ring, unsigned index, uint64_t lo, uint64_t hi)
{
	uint64_t desc[2] = { lo, hi };

	fake_write(f, ring + index * IX_DESC_BYTES, desc, sizeof(desc));
}

static inline uint64_t
desc_word(struct fake *f, uint64_t ring, unsigned index, unsigned word)
{
	uint64_t value = 0;

	fake_read(f, ring + index * IX_DESC_BYTES + 8 * word, &value, sizeof(value));
	return value;
}

/* A queue's ring at `ring`, buffers from `buffers` on, all but one descriptor given. */
static inline void
rx_queue_up(struct fake *f, unsigned queue, uint64_t ring, uint64_t buffers, uint32_t srrctl)
{
	for (unsigned n = 0; n < RING_DESCS; n++)
		put_desc(f, ring, n, buffers + n * BUFFER_BYTES, 0);
	ix_write(f->ix, rx_reg(queue, IX_RX_RDBAL), (uint32_t)ring);
	ix_write(f->ix, rx_reg(queue, IX_RX_RDBAH), 0);
	ix_write(f->ix, rx_reg(queue, IX_RX_RDLEN), RING_DESCS * IX_DESC_BYTES);
	ix_write(f->ix, rx_reg(queue, IX_RX_SRRCTL), srrctl);
	ix_write(f->ix, rx_reg(queue, IX_RX_RXDCTL), IX_RXDCTL_ENABLE);
	CHECK(ix_read(f->ix, rx_reg(queue, IX_RX_RXDCTL)) & IX_RXDCTL_ENABLE);
	ix_write(f->ix, rx_reg(queue, IX_RX_RDT), RING_DESCS - 1);
}

#define SRRCTL_2K (2u | IX_SRRCTL_DESCTYPE_ADV_ONE_BUFFER << IX_SRRCTL_DESCTYPE_SHIFT)

static inline void
rx_on(struct fake *f)
{
	ix_write(f->ix, IX_RDRXCTL, ix_read(f->ix, IX_RDRXCTL) | IX_RDRXCTL_CRCSTRIP);
	ix_write(f->ix, IX_SECRXCTRL, IX_SECRXCTRL_RX_DIS);
	ix_write(f->ix, IX_RXCTRL, IX_RXCTRL_RXEN);
	ix_write(f->ix, IX_SECRXCTRL, 0);
}

static inline void
rx_up(struct fake *f)
{
	rx_queue_up(f, 0, RX_RING, RX_BUFFERS, SRRCTL_2K);
	rx_on(f);
}

static inline void
tx_up(struct fake *f)
{
	ix_write(f->ix, IX_DMATXCTL, ix_read(f->ix, IX_DMATXCTL) | IX_DMATXCTL_TE);
	ix_write(f->ix, tx_reg(0, IX_TX_TDBAL), (uint32_t)TX_RING);
	ix_write(f->ix, tx_reg(0, IX_TX_TDBAH), 0);
	ix_write(f->ix, tx_reg(0, IX_TX_TDLEN), RING_DESCS * IX_DESC_BYTES);
	ix_write(f->ix, tx_reg(0, IX_TX_TXDCTL), IX_TXDCTL_ENABLE);
	CHECK(ix_read(f->ix, tx_reg(0, IX_TX_TXDCTL)) & IX_TXDCTL_ENABLE);
}

/* Runs the transmitter until it has nothing to do. */
static inline void
tx_run(struct fake *f)
{
	ix_write(f->ix, tx_reg(0, IX_TX_TDT), f->tx_tail);
	while (ix_run(f->ix))
		;
}

/* The next descriptor of the transmit ring. */
static inline unsigned
tx_desc(struct fake *f, uint64_t lo, uint64_t hi)
{
	unsigned index = f->tx_tail;

	put_desc(f, TX_RING, index, lo, hi);
	f->tx_tail = (f->tx_tail + 1) % RING_DESCS;
	return index;
}

#define TX_DATA (IX_TX_DEXT | (uint64_t)IX_TX_DTYP_DATA << IX_TX_DTYP_SHIFT | IX_TX_IFCS)
#define TX_CONTEXT (IX_TX_DEXT | (uint64_t)IX_TX_DTYP_CONTEXT << IX_TX_DTYP_SHIFT)

static inline uint64_t
tx_data(size_t bytes, size_t paylen, uint64_t flags)
{
	return TX_DATA | bytes | (uint64_t)paylen << IX_TXD_PAYLEN_SHIFT | flags;
}

/* A frame of so many bytes: to the device, from another, a type that nothing knows, a pattern. */
static inline void
make_frame(uint8_t *frame, size_t len)
{
	static const uint8_t head[14] = { 2, 0x82, 0x59, 0x90, 0, 1, 2, 0, 0, 0, 0, 9, 0x88, 0xB5 };

	memcpy(frame, head, sizeof(head));
	for (size_t n = sizeof(head); n < len; n++)
		frame[n] = (uint8_t)(n * 7 + n / 256);
}

/* An IPv4 frame with that protocol's header; its checksums are right. Gives the length. */
static inline size_t
make_ipv4(uint8_t *frame, uint8_t protocol, size_t payload)
{
	size_t l4_header = protocol == IP_TCP ? 20 : protocol == IP_UDP ? 8 : 12;
	size_t l4_len = l4_header + payload, len = 14 + 20 + l4_len;
	uint8_t *ip = frame + 14, *l4 = ip + 20;
	struct ix_packet p;
	uint16_t sum;

	make_frame(frame, len);
	ix_put16(frame + 12, ETH_IPV4);
	memset(ip, 0, 20 + l4_header);
	ip[0] = 0x45;
	ix_put16(ip + 2, (uint16_t)(20 + l4_len));
	ix_put16(ip + 4, 100);
	ip[8] = 64;
	ip[9] = protocol;
	ix_put32(ip + 12, 0x0A000001);
	ix_put32(ip + 16, 0x0A000002);
	ix_put16(ip + 10, ix_sum_final(ix_sum(ip, 20, 0)));
	ix_put16(l4, 1000);
	ix_put16(l4 + 2, 2000);
	if (protocol == IP_TCP) {
		ix_put32(l4 + 4, 5000);
		ix_put16(l4 + 12, 0x5019);	/* 20 bytes; ACK, PSH, FIN */
	} else if (protocol == IP_UDP) {
		ix_put16(l4 + 4, (uint16_t)l4_len);
	}
	ix_parse(&p, frame, len, 0x8100);
	if (protocol == IP_SCTP) {
		uint32_t crc = ix_crc32c(l4, l4_len);

		for (unsigned i = 0; i < 4; i++)
			l4[SCTP_CSUM_AT + i] = (uint8_t)(crc >> (8 * i));
		return len;
	}
	sum = ix_sum_final(ix_sum(l4, l4_len, ix_sum_pseudo(&p, protocol)));
	ix_put16(l4 + (protocol == IP_TCP ? TCP_CSUM_AT : UDP_CSUM_AT), sum);
	return len;
}

#endif
