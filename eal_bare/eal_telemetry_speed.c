/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /bare/speed: the frequency of the CPU on which telemetry is answered, the control CPU, and what
 * disturbs it. No lcore is asked.
 */
#include <rte_telemetry.h>

#include "kernel/speed/speed.h"

#include "eal_bare/eal_telemetry.h"

static int
answer(const char *command, const char *parameters, struct rte_tel_data *data)
{
	struct speed_statistics now;

	(void)command;
	(void)parameters;
	speed_statistics(&now);
	rte_tel_data_start_dict(data);
	rte_tel_data_add_dict_int(data, "mhz", (int)now.mhz);
	rte_tel_data_add_dict_int(data, "base_mhz", (int)now.base_mhz);
	rte_tel_data_add_dict_int(data, "turbo_mhz", (int)now.turbo_mhz);
	if (now.counts_smis)
		rte_tel_data_add_dict_int(data, "smis", (int)now.smis);
	if (now.knows_limits) {
		rte_tel_data_add_dict_int(data, "limited_by_heat", !!(now.limits & SPEED_HOT));
		rte_tel_data_add_dict_int(data, "limited_by_board", !!(now.limits & SPEED_PROCHOT));
		rte_tel_data_add_dict_int(data, "limited_by_power", !!(now.limits & SPEED_POWER));
	}
	return 0;
}

void
eal_telemetry_speed_register(void)
{
	rte_telemetry_register_cmd("/bare/speed", answer,
				   "Returns the control CPU's frequency and its limits");
}
