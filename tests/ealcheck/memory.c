/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory: DPDK's own is zeroed when it is taken and lies at its address; the program's lies where
 * rte_mem_virt2iova() says, may be given to DPDK, and is mapped for devices where they reach it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_memory.h>
#include <rte_memzone.h>
#include <rte_vfio.h>

#include "tests/ealcheck/memory.h"
#include "tests/unit/check.h"

#define MB (1u << 20)
#define HUGE (2 * (size_t)MB)
#define HUGE_PAGES 2
#define EXTERNAL_PAGES 16

static bool
is_zero(const uint8_t *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* All memory is zero when it is taken, as on Linux: it is not at the start, nor when freed. */
static void
check_zeroing(void)
{
	void *(*const ways[])(const char *, size_t, unsigned) = {rte_zmalloc, rte_malloc,
								 rte_zmalloc};

	for (size_t i = 0; i < 3; i++) {
		uint8_t *block = ways[i]("zero", 8 * MB - i, 4096);

		if (CHECK(block != NULL)) {
			CHECK(is_zero(block, 8 * MB - i));
			memset(block, 0xa5, 8 * MB - i);
		}
		rte_free(block);
	}

	const struct rte_memzone *zone = rte_memzone_reserve("zero", 8 * MB, SOCKET_ID_ANY, 0);

	if (CHECK(zone != NULL)) {
		CHECK(is_zero(zone->addr, zone->len));
		CHECK_EQ(rte_memzone_free(zone), 0);
	}
	CHECK(rte_malloc("too much", (size_t)1 << 50, 0) == NULL);
}

/* What the program has elsewhere lies where it is told: the same bytes are there. */
static void
check_alias(void *memory, size_t size)
{
	rte_iova_t iova;

	memset(memory, 0x5a, size);
	iova = rte_mem_virt2iova(memory);
	if (CHECK(iova != RTE_BAD_IOVA))
		CHECK(memcmp((const void *)(uintptr_t)iova, memory, size) == 0);
}

static void
check_addresses(void)
{
	static int in_image;
	int on_stack = 1;
	void *heap = malloc(100), *block = rte_malloc("iova", 100, 0);
	const struct rte_memzone *zone =
		rte_memzone_reserve("iova", 3 * MB, SOCKET_ID_ANY, RTE_MEMZONE_IOVA_CONTIG);

	CHECK_EQ(rte_mem_virt2iova(&in_image), (uintptr_t)&in_image);
	check_alias(&on_stack, sizeof(on_stack));
	check_alias(heap, 100);
	CHECK_EQ(rte_malloc_virt2iova(block), (uintptr_t)block);
	CHECK_EQ(rte_mem_virt2iova(NULL), RTE_BAD_IOVA);
	if (CHECK(zone != NULL)) {
		CHECK_EQ(zone->iova, zone->addr_64);
		CHECK_EQ(rte_memzone_free(zone), 0);
	}
	rte_free(block);
	free(heap);
}

/* Maps for devices, and the other way; returns what mapping says. */
static int
map_for_devices(const uint8_t *memory, uint64_t iova, size_t size)
{
	int result;

	rte_errno = 0;
	result = rte_vfio_container_dma_map(RTE_VFIO_DEFAULT_CONTAINER_FD, (uintptr_t)memory, iova,
					    size);
	CHECK_EQ(rte_errno, result == 0 ? 0 : ENOTSUP);
	CHECK_EQ(rte_vfio_container_dma_unmap(RTE_VFIO_DEFAULT_CONTAINER_FD, (uintptr_t)memory,
					      iova, size),
		 result);
	return result;
}

/* What devices reach anyway is mapped for them; what they do not is refused. */
static void
check_dma(void)
{
	const size_t page = 4096, size = 4 * page;
	uint8_t *block = rte_malloc("dma", size, page);
	uint8_t *heap = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (!CHECK(block != NULL) || !CHECK(heap != MAP_FAILED))
		return;
	CHECK_EQ(map_for_devices(block, (uintptr_t)block, size), 0);
	CHECK_EQ(map_for_devices(block, (uintptr_t)block + page, size), -1);
	CHECK_EQ(map_for_devices(block, (uintptr_t)block, 0), -1);
	CHECK_EQ(map_for_devices(heap, (uintptr_t)heap, size), -1); /* is nowhere yet */
	memset(heap, 1, size);
	CHECK_EQ(map_for_devices(heap, (uintptr_t)heap, size), -1); /* is elsewhere */
	CHECK_EQ(map_for_devices(heap, rte_mem_virt2iova(heap), size), 0);
	munmap(heap + 2 * page, page);
	CHECK_EQ(map_for_devices(heap, rte_mem_virt2iova(heap), size), -1); /* with a hole */
	CHECK_EQ(map_for_devices(heap, rte_mem_virt2iova(heap), 2 * page), 0);
	CHECK_EQ(munmap(heap, size), 0);
	rte_free(block);
}

/* Two pages in one piece for devices are there if their IOVAs say so: with none known, never. */
static void
check_external_pieces(uint8_t *memory, size_t page, rte_iova_t *addresses, bool contiguous)
{
	const struct rte_memzone *zone;

	CHECK_EQ(rte_malloc_heap_create("pieces"), 0);
	CHECK_EQ(rte_malloc_heap_memory_add("pieces", memory, EXTERNAL_PAGES * page, addresses,
					    addresses != NULL ? EXTERNAL_PAGES : 0, page),
		 0);
	zone = rte_memzone_reserve("pieces", 2 * page, rte_malloc_heap_get_socket("pieces"),
				   RTE_MEMZONE_IOVA_CONTIG);
	CHECK_EQ(zone != NULL, contiguous);
	if (zone != NULL)
		CHECK_EQ(rte_memzone_free(zone), 0);
	CHECK_EQ(rte_malloc_heap_memory_remove("pieces", memory, EXTERNAL_PAGES * page), 0);
	CHECK_EQ(rte_malloc_heap_destroy("pieces"), 0);
}

static void
check_external_memory(void)
{
	const size_t page = 4096, size = EXTERNAL_PAGES * page;
	uint8_t *memory = aligned_alloc(page, size);
	rte_iova_t addresses[EXTERNAL_PAGES];

	if (!CHECK(memory != NULL))
		return;
	memset(memory, 1, size); /* until it is touched it lies nowhere */
	for (unsigned i = 0; i < EXTERNAL_PAGES; i++)
		addresses[i] = rte_mem_virt2iova(memory + i * page);
	CHECK_EQ(rte_extmem_register(memory, size, NULL, 0, page), 0);
	check_alias(memory, page);
	CHECK_EQ(rte_malloc_heap_create("outside"), 0);
	CHECK_EQ(rte_extmem_unregister(memory, size), 0);
	CHECK_EQ(rte_malloc_heap_memory_add("outside", memory, size, addresses, EXTERNAL_PAGES,
					    page),
		 0);

	void *block = rte_malloc_socket(NULL, 1000, 0, rte_malloc_heap_get_socket("outside"));

	if (CHECK(block != NULL))
		CHECK_EQ(rte_malloc_virt2iova(block), rte_mem_virt2iova(block));
	rte_free(block);
	CHECK_EQ(rte_malloc_heap_memory_remove("outside", memory, size), 0);
	CHECK_EQ(rte_malloc_heap_destroy("outside"), 0);
	check_external_pieces(memory, page, NULL, false);
	for (unsigned i = 0; i < EXTERNAL_PAGES; i++)
		addresses[i] = i * page;
	check_external_pieces(memory, page, addresses, true);
	for (unsigned i = 0; i < EXTERNAL_PAGES; i++)
		addresses[i] = 2 * i * page;
	check_external_pieces(memory, page, addresses, false);
	free(memory);
}

/* The same bytes at one address of the machine's, up to the end of a page of 2 MB. */
static void
check_piece(const uint8_t *memory)
{
	uint64_t first = rte_mem_virt2iova(memory);
	size_t wrong = 0;

	for (size_t at = 0; at < HUGE; at += 4096)
		wrong += rte_mem_virt2iova(memory + at) != first + at;
	CHECK_EQ(first % HUGE, 0);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(map_for_devices(memory, first, HUGE), 0);
}

/*
 * Memory in pages of 2 MB of the program's own, at addresses that it has chosen: anonymous, and of
 * a file. Each page lies in one piece, which devices reach and DPDK takes as external memory.
 */
static void
check_huge_pages(void)
{
	char name[] = "/dev/hugepages/XXXXXX";
	uint8_t *space = mmap(NULL, 16 * HUGE, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint8_t *memory = RTE_PTR_ALIGN_CEIL(space, HUGE);
	const struct rte_memseg *segment;
	rte_iova_t addresses[HUGE_PAGES];
	int file = mkstemp(name);

	CHECK_EQ(unlink(name), 0);
	CHECK(mmap(memory, HUGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB, -1, 0) == memory);
	CHECK_EQ(ftruncate(file, HUGE), 0);
	CHECK(mmap(memory + HUGE, HUGE, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_FIXED | MAP_POPULATE, file, 0) == memory + HUGE);
	close(file);
	for (unsigned i = 0; i < HUGE_PAGES; i++) {
		check_piece(memory + i * HUGE);
		addresses[i] = rte_mem_virt2iova(memory + i * HUGE);
	}
	CHECK_EQ(rte_extmem_register(memory, HUGE_PAGES * HUGE, addresses, HUGE_PAGES, HUGE), 0);
	segment = rte_mem_virt2memseg(memory + HUGE, NULL);
	CHECK(segment != NULL && segment->iova == addresses[1]);
	CHECK_EQ(rte_extmem_unregister(memory, HUGE_PAGES * HUGE), 0);
	CHECK_EQ(munmap(space, 16 * HUGE), 0);
}

int
memory_check(void)
{
	check_zeroing();
	check_addresses();
	check_dma();
	check_external_memory();
	check_huge_pages();
	return check_end();
}
