/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the environment layer does not have says so, and what few programs ask of interrupts works.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <rte_cpuflags.h>
#include <rte_dev.h>
#include <rte_epoll.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_memory.h>
#include <rte_vfio.h>

#include "tests/ealcheck/refusals.h"
#include "tests/unit/check.h"

#define THREADS 3
#define AWAIT_STEPS 1000

#define NOT_SUPPORTED(call)                                                                        \
	do {                                                                                       \
		rte_errno = 0;                                                                     \
		CHECK_EQ(call, -1);                                                                \
		CHECK_EQ(rte_errno, ENOTSUP);                                                      \
	} while (0)

static void
no_vfio(void)
{
	int fd = 0;

	CHECK_EQ(rte_vfio_is_enabled("vfio_pci"), 0);
	CHECK_EQ(rte_vfio_noiommu_is_enabled(), 0);
	NOT_SUPPORTED(rte_vfio_setup_device("/sys", "0000:00:02.0", &fd, NULL));
	NOT_SUPPORTED(rte_vfio_release_device("/sys", "0000:00:02.0", fd));
	NOT_SUPPORTED(rte_vfio_enable("vfio_pci"));
	NOT_SUPPORTED(rte_vfio_clear_group(fd));
	NOT_SUPPORTED(rte_vfio_get_group_num("/sys", "0000:00:02.0", &fd));
	NOT_SUPPORTED(rte_vfio_get_container_fd());
	NOT_SUPPORTED(rte_vfio_get_group_fd(0));
	NOT_SUPPORTED(rte_vfio_container_create());
	NOT_SUPPORTED(rte_vfio_container_destroy(0));
	NOT_SUPPORTED(rte_vfio_container_group_bind(0, 0));
	NOT_SUPPORTED(rte_vfio_container_group_unbind(0, 0));
	NOT_SUPPORTED(rte_vfio_container_dma_map(0, (uintptr_t)&fd, rte_mem_virt2iova(&fd), 1));
	NOT_SUPPORTED(rte_vfio_container_dma_unmap(0, (uintptr_t)&fd, rte_mem_virt2iova(&fd), 1));
}

static void
no_hotplug(void)
{
	CHECK_EQ(rte_dev_event_monitor_stop(), -ENOTSUP);
	CHECK_EQ(rte_dev_hotplug_handle_enable(), -ENOTSUP);
	CHECK_EQ(rte_dev_hotplug_handle_disable(), -ENOTSUP);
}

static void
auxiliary_vector(void)
{
	CHECK_EQ(rte_cpu_getauxval(AT_PAGESZ), 4096);
	CHECK_EQ(rte_cpu_getauxval(9999), 0);
	CHECK_EQ(rte_cpu_strcmp_auxval(9999, "x86_64"), -1);
	CHECK(rte_cpu_strcmp_auxval(AT_EXECFN, "none of that name") != 0);
}

/* Each thread has an instance of epoll of its own, until it ends. */
static void *
wait_for_nothing(void *barrier)
{
	struct rte_epoll_event event = {0};

	CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 0), 0);
	pthread_barrier_wait(barrier);
	CHECK_EQ(rte_epoll_wait_interruptible(RTE_EPOLL_PER_THREAD, &event, 1, 1), 0);
	return NULL;
}

static void
epoll_of_threads(void)
{
	pthread_barrier_t barrier;
	pthread_t threads[THREADS];

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, wait_for_nothing, &barrier), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(rte_epoll_ctl(RTE_EPOLL_PER_THREAD, EPOLL_CTL_ADD, 0, NULL), -1);
}

static struct rte_intr_handle *handle;
static int ends[2];
static volatile int marked, deleted, unregistered_within;

static void
note_deleted(struct rte_intr_handle *of, void *argument)
{
	deleted += rte_intr_fd_get(of) == ends[0] && argument == ends; /* a copy, as on Linux */
}

/* A callback that ends itself: it cannot be unregistered while it runs, but for later. */
static void
end_itself(void *argument)
{
	char byte;

	if (read(ends[0], &byte, 1) != 1)
		return;
	unregistered_within = rte_intr_callback_unregister(handle, end_itself, argument);
	marked = rte_intr_callback_unregister_pending(handle, end_itself, argument, note_deleted);
}

static void
await(volatile int *value)
{
	for (int i = 0; i < AWAIT_STEPS && !*value; i++)
		usleep(1000);
}

static void
unregistering(void)
{
	handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	if (!CHECK(handle != NULL) || !CHECK_EQ(pipe(ends), 0))
		return;
	rte_intr_fd_set(handle, -1);
	CHECK_EQ(rte_intr_callback_unregister_pending(handle, end_itself, ends, NULL), -EINVAL);
	rte_intr_fd_set(handle, ends[0]);
	rte_intr_type_set(handle, RTE_INTR_HANDLE_EXT);
	CHECK_EQ(rte_intr_callback_unregister_pending(handle, end_itself, ends, NULL), -ENOENT);
	CHECK_EQ(rte_intr_callback_register(handle, end_itself, ends), 0);
	CHECK_EQ(rte_intr_callback_unregister_pending(handle, end_itself, ends, NULL), -EAGAIN);
	CHECK_EQ(write(ends[1], "x", 1), 1);
	await(&deleted);
	CHECK_EQ(unregistered_within, -EAGAIN);
	CHECK_EQ(marked, 1);
	CHECK_EQ(deleted, 1);
	CHECK_EQ(rte_intr_callback_register(handle, end_itself, ends), 0);
	CHECK_EQ(rte_intr_callback_unregister_sync(handle, end_itself, ends), 1);
	CHECK_EQ(rte_intr_callback_unregister_sync(handle, end_itself, ends), -ENOENT);
	rte_intr_instance_free(handle);
	close(ends[0]);
	close(ends[1]);
}

int
refusals_check(void)
{
	no_vfio();
	no_hotplug();
	auxiliary_vector();
	epoll_of_threads();
	unregistering();
	return check_end();
}
