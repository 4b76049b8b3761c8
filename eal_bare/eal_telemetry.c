/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Telemetry. Its sockets lie where Linux has them, in the memory file system.
 */
#include <eal_filesystem.h>
#include <eal_internal_cfg.h>
#include <eal_private.h>

#include "eal_bare/compat.h"
#include "eal_bare/eal_telemetry.h"

int
eal_telemetry_start(void)
{
	struct internal_config *config = eal_get_internal_configuration();

	if (config->no_telemetry)
		return 0;
	if (eal_create_runtime_dir() < 0)
		return -1;
	eal_telemetry_speed_register();
	return compat_telemetry_init(&config->ctrl_cpuset);
}
