/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the environment layer promises to a DPDK program, tried from inside one on the bare
 * machine. Runs with two lcores and more; ends with status 0 if all holds.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <rte_alarm.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_epoll.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_memory.h>
#include <rte_memzone.h>
#include <rte_vfio.h>

#include "tests/ealcheck/ending.h"
#include "tests/ealcheck/inside.h"
#include "tests/ealcheck/refusals.h"
#include "tests/ealcheck/telemetry.h"
#include "tests/ealcheck/trace.h"
#include "tests/unit/check.h"

#define MB (1u << 20)
#define EXTERNAL_PAGES 16

/* -- Memory ----------------------------------------------------------------------------------- */

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
	free(memory);
}

/* -- lcores and threads ----------------------------------------------------------------------- */

static volatile bool released;

/* Gives the CPU that it runs on. */
static int
where(void *unused)
{
	(void)unused;
	return sched_getcpu();
}

static int
wait_for_release(void *unused)
{
	(void)unused;
	while (!released)
		usleep(1000);
	return 7;
}

static void
check_lcores(void)
{
	unsigned lcore, worker = rte_get_next_lcore(-1, 1, 0);

	RTE_LCORE_FOREACH_WORKER(lcore) {
		CHECK_EQ(rte_eal_remote_launch(where, NULL, lcore), 0);
		CHECK_EQ(rte_eal_wait_lcore(lcore), lcore);
	}
	CHECK_EQ(sched_getcpu(), rte_get_main_lcore());
	CHECK_EQ(rte_eal_remote_launch(wait_for_release, NULL, worker), 0);
	CHECK_EQ(rte_eal_remote_launch(where, NULL, worker), -EBUSY);
	released = true;
	CHECK_EQ(rte_eal_wait_lcore(worker), 7);
}

static void *
register_thread(void *unused)
{
	(void)unused;
	CHECK_EQ(rte_lcore_id(), LCORE_ID_ANY);
	CHECK_EQ(rte_thread_register(), 0);
	CHECK(rte_lcore_id() < RTE_MAX_LCORE);
	rte_thread_unregister();
	CHECK_EQ(rte_lcore_id(), LCORE_ID_ANY);
	return NULL;
}

static void
check_threads(void)
{
	pthread_t thread;

	if (CHECK(pthread_create(&thread, NULL, register_thread, NULL) == 0))
		pthread_join(thread, NULL);
}

/* -- Time and alarms -------------------------------------------------------------------------- */

static uint64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

static void
check_delays(void)
{
	uint64_t before = now_us();

	rte_delay_us_block(20000);
	CHECK(now_us() - before >= 20000);
	before = now_us();
	rte_delay_us_sleep(20000);
	CHECK(now_us() - before >= 20000);
}

static volatile unsigned alarm_count, alarm_order[4];
static volatile int self_cancelled, self_errno;
static volatile bool in_interrupt_thread;

static void
note_alarm(void *argument)
{
	alarm_order[alarm_count % 4] = (uintptr_t)argument;
	alarm_count++;
	in_interrupt_thread = rte_thread_is_intr();
}

static void
cancel_itself(void *argument)
{
	self_cancelled = rte_eal_alarm_cancel(cancel_itself, argument);
	self_errno = rte_errno;
}

static void
be_slow(void *argument)
{
	(void)argument;
	usleep(200000);
	alarm_count++;
}

static void
check_alarms(void)
{
	CHECK_EQ(rte_eal_alarm_set(0, note_alarm, NULL), -EINVAL);
	CHECK_EQ(rte_eal_alarm_set(1000, NULL, NULL), -EINVAL);
	rte_eal_alarm_set(100000, note_alarm, (void *)2);
	rte_eal_alarm_set(50000, note_alarm, (void *)1);
	rte_eal_alarm_set(60000000, note_alarm, (void *)3);
	for (unsigned wait = 0; wait < 1000 && alarm_count < 2; wait++)
		usleep(10000);
	CHECK_EQ(alarm_count, 2);
	CHECK_EQ(alarm_order[0], 1);
	CHECK_EQ(alarm_order[1], 2);
	CHECK(in_interrupt_thread && !rte_thread_is_intr());
	CHECK_EQ(rte_eal_alarm_cancel(note_alarm, (void *)-1), 1);
	CHECK_EQ(rte_eal_alarm_cancel(note_alarm, (void *)-1), 0);
	CHECK_EQ(rte_errno, ENOENT);
}

static void
check_alarm_races(void)
{
	int cancelled;

	alarm_count = 0;
	rte_eal_alarm_set(1, be_slow, NULL);
	usleep(50000); /* it runs, or will: either way it is over or gone after this */
	cancelled = rte_eal_alarm_cancel(be_slow, (void *)-1);
	CHECK_EQ(cancelled + alarm_count, 1);
	rte_eal_alarm_set(1, cancel_itself, NULL);
	for (unsigned wait = 0; wait < 1000 && self_errno == 0; wait++)
		usleep(10000);
	CHECK_EQ(self_cancelled, 0);
	CHECK_EQ(self_errno, EINPROGRESS);
}

/* -- Interrupts, and what there is none of ---------------------------------------------------- */

static void
check_interrupts(void)
{
	struct rte_intr_handle *handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	struct rte_epoll_event event = {0};
	uint64_t before = now_us();

	CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 0), 0);
	CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 50), 0);
	CHECK(now_us() - before >= 50000);
	CHECK(rte_epoll_ctl(RTE_EPOLL_PER_THREAD, 1, 0, &event) < 0); /* since 26.07 -errno */
	CHECK_EQ(rte_epoll_wait(12345, &event, 1, 0), -1);
	if (!CHECK(handle != NULL))
		return;
	rte_intr_fd_set(handle, -1);
	CHECK_EQ(rte_intr_callback_register(handle, note_alarm, NULL), -EINVAL);
	CHECK_EQ(rte_intr_enable(handle), -1);
	rte_intr_instance_free(handle);
}

static volatile unsigned readable_count;

static void
note_readable(void *argument)
{
	int *ends = argument;
	char byte;

	if (read(ends[0], &byte, 1) == 1 && rte_thread_is_intr())
		readable_count++;
}

/* A pipe as the interrupt of a handle whose callback reads it. */
static void
check_descriptor_interrupts(void)
{
	struct rte_intr_handle *handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	int ends[2], removed;

	if (!CHECK(handle != NULL) || !CHECK(pipe(ends) == 0))
		return;
	rte_intr_fd_set(handle, ends[0]);
	rte_intr_type_set(handle, RTE_INTR_HANDLE_EXT);
	CHECK_EQ(rte_intr_callback_register(handle, note_readable, ends), 0);
	CHECK(write(ends[1], "12", 2) == 2);
	usleep(100000);
	CHECK_EQ(readable_count, 2);
	CHECK_EQ(rte_intr_enable(handle), -1);
	while ((removed = rte_intr_callback_unregister(handle, note_readable, ends)) == -EAGAIN)
		continue;
	CHECK_EQ(removed, 1);
	CHECK(write(ends[1], "3", 1) == 1);
	usleep(50000);
	CHECK_EQ(readable_count, 2);
	close(ends[0]);
	close(ends[1]);
	CHECK(rte_intr_callback_register(handle, note_readable, ends) == -EBADF);
	rte_intr_instance_free(handle);
}

static void
check_error_texts(void)
{
	CHECK(strcmp(rte_strerror(ENOENT), strerror(ENOENT)) == 0);
	CHECK(strcmp(rte_strerror(999), "Unknown error 999") == 0);
}

static void
check_refusals(void)
{
	char *arguments[] = {"again", NULL};

	CHECK_EQ(rte_dev_event_monitor_start(), -ENOTSUP);
	CHECK_EQ(rte_eal_init(1, arguments), -1);
	CHECK_EQ(rte_errno, EALREADY);
}

static void
check_end_of_layer(void)
{
	CHECK_EQ(rte_eal_cleanup(), 0);
	CHECK_EQ(rte_eal_cleanup(), -1);
	CHECK_EQ(rte_errno, EALREADY);
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);

	if (!CHECK(used >= 0) || !CHECK(rte_lcore_count() >= 2))
		return check_end();
	if (used + 1 < argc)
		return ending_try(argv[used + 1]);
	check_zeroing();
	check_addresses();
	check_dma();
	check_external_memory();
	check_lcores();
	check_threads();
	check_delays();
	check_alarms();
	check_alarm_races();
	check_interrupts();
	check_descriptor_interrupts();
	CHECK_EQ(telemetry_check(), 0);
	check_error_texts();
	CHECK_EQ(trace_check(argc, argv), 0);
	CHECK_EQ(refusals_check(), 0);
	CHECK_EQ(inside_check(), 0);
	check_refusals();
	check_end_of_layer();
	return check_end();
}
