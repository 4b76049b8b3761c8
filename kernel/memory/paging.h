/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The identity map: virtual address = physical address, and only what exists is mapped.
 * 1 GB and 2 MB pages wherever range and attributes allow, 4 KB at the edges.
 * Intel SDM vol. 3 §4.5 (4-level paging), §11.12 (PAT).
 *
 * No function here interrupts another CPU. A stale TLB entry elsewhere is resolved by the
 * page-fault handler, which walks the tables again before it reports (paging_resolve()).
 */
#ifndef KERNEL_PAGING_H
#define KERNEL_PAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_4K 0x1000ULL
#define PAGE_2M 0x200000ULL
#define PAGE_1G 0x40000000ULL

/* Attributes of a mapping; readable always. */
#define PAGING_WRITE (1u << 0)
#define PAGING_EXECUTE (1u << 1)
#define PAGING_CACHE_MASK (3u << 2)
#define   PAGING_WB (0u << 2) /* write-back: RAM */
#define   PAGING_UC (1u << 2) /* strong uncacheable: registers */
#define   PAGING_WC (2u << 2) /* write-combining: framebuffers, doorbells that ask for it */
#define PAGING_NONE (1u << 4) /* withheld: for paging_space_protect() alone */

struct paging_mapping {
	uint64_t base;	 /* of the page that holds the address */
	uint64_t physical; /* where that page lies: at `base`, but in the program's own range */
	uint64_t size;	 /* PAGE_4K, PAGE_2M or PAGE_1G */
	unsigned flags;	 /* PAGING_* */
};

/*
 * Builds the final tables (image by section with W^X, RAM, firmware tables; not page 0), sets up
 * PAT, NX and write protection, and switches to them. Boot CPU, once, after memory_init().
 */
void paging_init(void);

/* Loads PAT, EFER.NXE, CR0.WP and the tables on an application processor. */
void paging_load(void);

/*
 * Whether this CPU goes by the map; else by the boot's first tables, which have all below 4 GB.
 * Any context.
 */
bool paging_is_loaded(void);

/* Physical address of the top-level table, below 4 GB: for the AP trampoline. */
uint32_t paging_root(void);

/*
 * Maps [base, base + length), widened to whole 4 KB pages, to itself. What is already mapped
 * gets the new attributes. Returns 0, -EINVAL (length 0, wraps, page 0, beyond the CPU's
 * physical address bits), -ENOMEM (no page for a table). Any context.
 */
int paging_map(uint64_t base, uint64_t length, unsigned flags);

/*
 * Maps a device's memory, writable, with PAGING_UC or PAGING_WC. Refuses, before anything is
 * changed, what the loader's memory map has as RAM: -EADDRINUSE. Else as paging_map(). Any context.
 */
int paging_map_device(uint64_t base, uint64_t length, unsigned cache);

/* Takes whole 4 KB pages out of the map, splitting larger ones. Same errors. Any context. */
int paging_unmap(uint64_t base, uint64_t length);

/* Walks the tables. Returns false when nothing is mapped at the address. Any context. */
bool paging_lookup(uint64_t address, struct paging_mapping *mapping);

/*
 * For the page-fault handler: true when the tables allow the access that faulted (the TLB held
 * a stale entry, now invalidated on this CPU), so that the instruction can be tried again.
 * error_code is the CPU's (vol. 3 §4.7).
 */
bool paging_resolve(uint64_t address, uint64_t error_code);

/* Flushes the calling CPU's whole TLB, if mappings were taken away since its last flush. */
void paging_flush_stale(void);

/*
 * Says whether the calling CPU idles: it uses no mapping that may be taken away then, and flushes
 * what is stale before it uses one again. Interrupts are off.
 */
void paging_note_idle(bool idle);

/* A number for what has been taken away up to now. */
uint64_t paging_epoch(void);

/* Whether a CPU, by its index, has nothing in its TLB that was taken away up to an epoch. */
bool paging_passed(unsigned cpu, uint64_t epoch);

/*
 * -- The program's own range: addresses that are not physical ones -------------------------------
 */

#define PAGING_SPACE_END (1ULL << 47)
#define PAGING_SPACE_UNIT (512 * PAGE_1G)

/*
 * Has the identity map end below `base`, a multiple of PAGING_SPACE_UNIT: what is above, to
 * PAGING_SPACE_END, is the program's from now on. False when something is mapped there.
 */
bool paging_space_claim(uint64_t base);

/*
 * Takes RAM that the caller was granted, whole pages of 2 MB, out of the identity map: its
 * addresses are the program's from now on, too. Other CPUs may find the RAM there until they have
 * passed the epoch. Returns 0, or -ENOMEM: nothing has changed.
 */
int paging_space_open(uint64_t base, uint64_t length);

/*
 * Puts the page of RAM at `physical` at `base`; both are multiples of size, PAGE_4K or PAGE_2M.
 * Returns 0, -EEXIST (a page is there, or is withheld there), -ENOMEM (no page for a table).
 */
int paging_space_place(uint64_t base, uint64_t physical, uint64_t size, unsigned flags);

/*
 * Has the calling CPU find a page at an address until it flushes its TLB, though the tables have
 * none there, or one with fewer rights: `spare`, or that one, readable and writable. Other CPUs
 * find it only if they look in the moment that this takes. Returns 0, or -ENOMEM.
 */
int paging_lend(uint64_t address, uint64_t spare);

/* Whether no page is in a range, withheld ones included. */
bool paging_space_is_empty(uint64_t base, uint64_t length);

/*
 * Has pages begin at an address, a multiple of 4 KB: a larger one that it lies within is split, so
 * that what ends or begins there can be protected and released. Returns 0, or -ENOMEM.
 */
int paging_space_split(uint64_t address);

/*
 * Gives the pages that are in [*base, end), multiples of 4 KB, other rights, or withholds them
 * (PAGING_NONE). A step of bounded length: *base is advanced, to `end` when all is done. Returns
 * how many pages of 4 KB there were, or -ENOMEM: a large page could not be split. Other CPUs may
 * use what has been taken away until they have passed the epoch.
 */
int paging_space_protect(uint64_t *base, uint64_t end, unsigned flags);

/*
 * The same for taking pages out: freed() gets where each lies, and its size, with interrupts
 * off. Withhold them first, and let all CPUs pass, so that nobody uses them any more. Returns 0, or
 * -ENOMEM.
 */
int paging_space_release(uint64_t *base, uint64_t end,
			 void (*freed)(uint64_t physical, uint64_t size));

/* Number of physical address bits of this CPU, 36..52. */
unsigned paging_address_bits(void);

#endif
