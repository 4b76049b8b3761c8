/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * VFIO is Linux's way to hand devices to a process. Here they are the program's from the start.
 * What programs map for them by VFIO's names is in eal_dma.c.
 */
#include <errno.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_log.h>
#include <rte_vfio.h>

#include <eal_private.h>

#include "eal_bare/compat.h"

static int
vfio_not_supported(const char *function)
{
	RTE_LOG(ERR, EAL, "%s(): there is no VFIO\n", function);
	rte_errno = ENOTSUP;
	return -1;
}

int
rte_vfio_setup_device(const char *sysfs __rte_unused, const char *address __rte_unused,
		      int *fd __rte_unused, struct vfio_device_info *info __rte_unused)
{
	return vfio_not_supported(__func__);
}

#if DPDK_SINCE(23, 11)
int
rte_vfio_get_device_info(const char *sysfs __rte_unused, const char *address __rte_unused,
			 int *fd __rte_unused, struct vfio_device_info *info __rte_unused)
{
	return vfio_not_supported(__func__);
}
#endif

int
rte_vfio_release_device(const char *sysfs __rte_unused, const char *address __rte_unused,
			int fd __rte_unused)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_enable(const char *module __rte_unused)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_is_enabled(const char *module __rte_unused)
{
	return 0;
}

int
rte_vfio_noiommu_is_enabled(void)
{
	return 0;
}

int
rte_vfio_clear_group(int group __rte_unused)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_get_group_num(const char *sysfs __rte_unused, const char *address __rte_unused,
		       int *group __rte_unused)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_get_container_fd(void)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_get_group_fd(int group __rte_unused)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_container_create(void)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_container_destroy(int container __rte_unused)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_container_group_bind(int container __rte_unused, int group __rte_unused)
{
	return vfio_not_supported(__func__);
}

int
rte_vfio_container_group_unbind(int container __rte_unused, int group __rte_unused)
{
	return vfio_not_supported(__func__);
}

enum rte_intr_mode
rte_eal_vfio_intr_mode(void)
{
	return eal_get_internal_configuration()->vfio_intr_mode;
}

void
rte_eal_vfio_get_vf_token(rte_uuid_t token)
{
	memset(token, 0, sizeof(rte_uuid_t));
}
