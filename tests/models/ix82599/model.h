/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The 82599 model's state, and the verbs by which its parts call each other. One struct ix is one
 * PCI function with one port. The model itself is pure: everything outside (guest memory, the
 * wire, interrupt messages, the clock, the list of mistakes) is reached through struct ix_env, so
 * that the unit tests run it against a fake memory.
 *
 * A mistake is something a driver did that the data sheet forbids. The model reports it, does the
 * most harmless thing, and goes on.
 *
 * Files: model.c life and reset; regs_table.c the registers; access.c reads and writes; pci.c
 * configuration space; general.c, eeprom.c, spi.c, i2c.c, link.c, intr.c, intr_regs.c, msix.c the
 * device; filter.c, pool.c, parse.c, checksum.c, rss.c, fivetuple.c, fdir.c, fdir_hash.c, rx.c,
 * rx_queue.c receive; tx.c, tx_queue.c, offload.c transmit; stats.c. The process around it: main.c,
 * port.c, proxy.c, guest_ram.c, wire.c, qtest.c, control.c.
 */
#ifndef IX82599_MODEL_H
#define IX82599_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desc.h"
#include "regs.h"
#include "regs_queue.h"

#define IX_DEVICE_KX4 0x10F7u		/* backplane: no module, no PHY */
#define IX_DEVICE_SFP 0x10FBu

#define IX_EEPROM_WORDS 2048u
#define IX_FRAME_MAX 16384u		/* largest frame on the wire, without FCS */
#define IX_TSO_MAX (256u * 1024u)	/* largest thing a driver may hand over: PAYLEN + headers */
#define IX_FRAME_MIN 60u
#define IX_FCS_BYTES 4u

struct ix;

/* What surrounds the device. All are called from the thread that calls the model. */
struct ix_env {
	void *ctx;
	/* Copy between guest memory and buf; false, and nothing copied, if a byte is not RAM. */
	bool (*dma_read)(void *ctx, uint64_t addr, void *buf, size_t len);
	bool (*dma_write)(void *ctx, uint64_t addr, const void *buf, size_t len);
	/* Stores 8 bytes at an 8-aligned address after all earlier DMA writes are visible. */
	bool (*dma_publish)(void *ctx, uint64_t addr, uint64_t value);
	/* Puts a frame (no FCS) on the wire. */
	void (*transmit)(void *ctx, const uint8_t *frame, size_t len);
	/* An MSI or MSI-X message. */
	void (*message)(void *ctx, uint64_t addr, uint32_t data);
	uint64_t (*now_us)(void *ctx);		/* monotonic */
	void (*mistake)(void *ctx, const char *text);
};

struct ix_config {
	uint16_t device_id;		/* IX_DEVICE_KX4 or IX_DEVICE_SFP */
	uint8_t mac[6];
	uint8_t lan_id;			/* 0 or 1 */
};

struct ix_spi {				/* the serial EEPROM behind EEC */
	uint32_t shift;
	unsigned bits;			/* received since chip select */
	unsigned out_bits;		/* left in out */
	uint32_t out;
	uint16_t address;		/* next byte to read */
	bool reading;
};

struct ix_i2c {				/* the SFP+ module's two-wire slave */
	bool scl, sda;			/* as the master drives them */
	bool slave_sda;			/* false: the slave pulls the line low */
	uint8_t shift, bits;
	enum ix_i2c_state {
		IX_I2C_IDLE, IX_I2C_ADDRESS, IX_I2C_OFFSET, IX_I2C_WRITE, IX_I2C_READ, IX_I2C_ACK,
		IX_I2C_MASTER_ACK,
	} state, after_ack;
	uint8_t offset;
	bool answering;
};

struct ix_rx_queue {
	uint32_t head;
	bool enable_seen;		/* the driver has read ENABLE as 1 */
	bool used;			/* was enabled since its ring was set up */
};

struct ix_tx_context {
	uint64_t lo, hi;
	bool valid;
};

struct ix_tx_queue {
	uint32_t head;			/* next descriptor to fetch */
	uint32_t clean;			/* what TDH shows: all before it are finished */
	bool enable_seen, used, kicked, stalled;
	struct ix_tx_context context[IX_TX_CONTEXTS];
	uint8_t *data;			/* the packet being gathered */
	size_t length;
	unsigned count;			/* descriptors of it so far */
	uint64_t first;			/* second quadword of its first data descriptor */
};

struct ix_msix_entry {
	uint64_t addr;
	uint32_t data, control;
};

struct ix_vector {			/* moderation, §7.3.2.1 */
	bool active;			/* an enabled cause is set */
	bool waiting;			/* and its message is held back until not_before_us */
	bool masked_pending;		/* the table entry's pending bit */
	uint64_t not_before_us;
};

struct ix_fdir_filter {
	bool valid;
	uint32_t hash, index;		/* bucket hash; signature or software index */
	uint32_t src_ip, dst_ip, ports, vlan_flex, command;
};

#define IX_FDIR_FILTERS 8192u

/* A frame in the receive packet buffer. */
struct ix_rx_frame {
	struct ix_rx_frame *next;
	size_t length;
	bool inexact;			/* passed only the multicast hash */
	int pool;			/* it is for, or IX_NO_POOL */
	uint8_t data[];
};

struct ix {
	struct ix_env env;
	struct ix_config config;
	uint32_t reg[IX_BAR0_SIZE / 4];
	uint8_t pci[256];
	uint16_t eeprom[IX_EEPROM_WORDS];
	uint8_t sfp[256];		/* A0h page of the module */
	bool sfp_present, cable;	/* what the world outside has plugged in */
	bool link_up;
	struct ix_spi spi;
	struct ix_i2c i2c;
	struct ix_msix_entry msix[IX_VECTORS];
	struct ix_vector vector[IX_VECTORS];
	uint64_t cause;			/* queue causes, by vector; EICR shows the first 16 */
	uint64_t eims, eiam;		/* by vector; the registers' bits 31:16 are in reg[] */
	struct ix_rx_queue rxq[IX_RX_QUEUES];
	struct ix_tx_queue txq[IX_TX_QUEUES];
	struct ix_rx_frame *buffer_first, **buffer_last;
	size_t buffer_bytes;
	struct ix_fdir_filter *fdir;
	unsigned fdir_count;
	uint64_t mistakes;
};

/* ---- life (model.c) ---- */

/* Makes a device in the state after power-on, cable plugged in, module inserted if it is an SFP
 * variant. NULL when out of memory. */
struct ix *ix_create(const struct ix_config *config, const struct ix_env *env);
void ix_destroy(struct ix *ix);
/* PCIe reset: everything, the configuration space and the MSI-X table included. */
void ix_power_reset(struct ix *ix);
/* CTRL.RST or CTRL.LRST, §4.2.1.6. */
void ix_software_reset(struct ix *ix);
/* Reports a mistake; section is the data sheet's, format as printf. */
void ix_mistake(struct ix *ix, const char *section, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool ix_may_master(const struct ix *ix);	/* bus mastering on, master disable off */
bool ix_dma_read(struct ix *ix, uint64_t addr, void *buf, size_t len, const char *what);
bool ix_dma_write(struct ix *ix, uint64_t addr, const void *buf, size_t len, const char *what);
bool ix_dma_publish(struct ix *ix, uint64_t addr, uint64_t value, const char *what);

/* ---- accesses from the bus (access.c, pci.c, intr.c) ---- */

uint32_t ix_read(struct ix *ix, uint32_t offset);
void ix_write(struct ix *ix, uint32_t offset, uint32_t value);
/* Value without side effects, for tests and messages. */
uint32_t ix_peek(const struct ix *ix, uint32_t offset);
void ix_poke(struct ix *ix, uint32_t offset, uint32_t value);
uint32_t ix_pci_read(const struct ix *ix, uint32_t offset, unsigned len);
void ix_pci_write(struct ix *ix, uint32_t offset, uint32_t value, unsigned len);
void ix_pci_reset(struct ix *ix);
enum ix_bar { IX_BAR_NONE, IX_BAR_REGS, IX_BAR_MSIX, IX_BAR_IO };
/* Which BAR a bus address lies in, and where in it. */
enum ix_bar ix_pci_decode(const struct ix *ix, uint64_t addr, bool memory, uint32_t *offset);
bool ix_pci_bus_master(const struct ix *ix);
bool ix_pci_msix_on(const struct ix *ix);
/* On, and not masked for the whole function. */
bool ix_pci_msix_enabled(const struct ix *ix);
bool ix_pci_msi(const struct ix *ix, uint64_t *addr, uint32_t *data);
uint32_t ix_msix_read(const struct ix *ix, uint32_t offset);	/* msix.c */
void ix_msix_write(struct ix *ix, uint32_t offset, uint32_t value);
/* Sends a vector's message, or remembers it while the vector is masked. */
void ix_msix_send(struct ix *ix, unsigned vector);
/* After a mask of the whole function was lifted. */
void ix_msix_unmasked(struct ix *ix);

/* ---- the world outside ---- */

void ix_set_cable(struct ix *ix, bool plugged);		/* link.c */
void ix_set_module(struct ix *ix, bool inserted);	/* link.c */
void ix_receive(struct ix *ix, const uint8_t *frame, size_t len);	/* rx.c; no FCS */
/* Transmits up to a bounded number of descriptors; true if more is to be done at once. */
bool ix_run(struct ix *ix);				/* tx_queue.c */
/* Fires what moderation held back; the time of the next, or UINT64_MAX. */
uint64_t ix_timers(struct ix *ix);			/* intr.c */

/* ---- between the parts ---- */

void ix_eeprom_init(struct ix *ix);
uint16_t ix_eeprom_word(const struct ix *ix, uint32_t word);
uint32_t ix_eec_read(struct ix *ix);
void ix_eec_write(struct ix *ix, uint32_t value);
void ix_i2c_init(struct ix *ix);
uint32_t ix_i2c_read(struct ix *ix);
void ix_i2c_write(struct ix *ix, uint32_t value);
void ix_link_update(struct ix *ix, bool restarted);
void ix_link_reset(struct ix *ix);

void ix_intr_reset(struct ix *ix);
void ix_intr_other(struct ix *ix, uint32_t causes);
void ix_intr_queue(struct ix *ix, unsigned queue, bool transmit);
void ix_intr_evaluate(struct ix *ix);

enum ix_pass { IX_PASS_NO, IX_PASS_EXACT, IX_PASS_INEXACT };
enum ix_pass ix_filter(const struct ix *ix, const uint8_t *frame, size_t len);
/* Is it the address in pair n of RAL and RAH? Is its bit set in the table IX_MTA or IX_PFUTA? */
bool ix_filter_address(const struct ix *ix, unsigned n, const uint8_t *mac);
bool ix_filter_hash(const struct ix *ix, uint32_t table, const uint8_t *mac);

#define IX_NO_POOL (-1)			/* not in virtualization mode */

bool ix_pools_on(const struct ix *ix);	/* pool.c */
/* The pools that a frame is for, a bit each. */
uint64_t ix_pools(struct ix *ix, const uint8_t *frame, size_t len);

void ix_rx_reset(struct ix *ix);
void ix_rx_drain(struct ix *ix);
void ix_rx_queue_reset(struct ix *ix, unsigned queue);
uint32_t ix_rx_queue_reg(const struct ix *ix, unsigned queue, uint32_t reg);
/* Descriptors the hardware owns. */
uint32_t ix_rx_queue_free(const struct ix *ix, unsigned queue);
void ix_tx_reset(struct ix *ix);
void ix_tx_packet(struct ix *ix, unsigned queue);
uint32_t ix_tx_queue_reg(const struct ix *ix, unsigned queue, uint32_t reg);

void ix_stats_rx(struct ix *ix, const uint8_t *frame, size_t wire_len);
void ix_stats_rx_queue(struct ix *ix, unsigned queue, size_t wire_len);
void ix_stats_tx(struct ix *ix, unsigned queue, const uint8_t *frame, size_t wire_len);
/* Adds to a 32-bit counter, which sticks at its maximum. */
void ix_stats_add(struct ix *ix, uint32_t reg, uint32_t count);
/* Adds to a 36-bit counter in two registers. */
void ix_stats_add_bytes(struct ix *ix, uint32_t low, uint64_t count);
void ix_stats_add_queue(struct ix *ix, uint32_t reg, unsigned queue);

void ix_fdir_reset(struct ix *ix);

#endif
