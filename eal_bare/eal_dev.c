/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices that come and go: the kernel finds them once, at boot.
 */
#include <errno.h>

#include <dev_driver.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_log.h>

#include <eal_private.h>

static int
dev_not_supported(const char *what)
{
	RTE_LOG(ERR, EAL, "%s is not supported: devices are found once, at boot\n", what);
	rte_errno = ENOTSUP;
	return -ENOTSUP;
}

int
rte_dev_event_monitor_start(void)
{
	return dev_not_supported("Device event monitoring");
}

int
rte_dev_event_monitor_stop(void)
{
	return dev_not_supported("Device event monitoring");
}

int
rte_dev_hotplug_handle_enable(void)
{
	return dev_not_supported("Hot-unplug handling");
}

int
rte_dev_hotplug_handle_disable(void)
{
	return dev_not_supported("Hot-unplug handling");
}
