/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Telemetry, a phase of rte_eal_init(). Small images have eal_bare/small/eal_telemetry.c instead.
 */
#ifndef EAL_TELEMETRY_H
#define EAL_TELEMETRY_H

/* Starts it unless the command line says no. Returns 0, or a negative value when it failed. */
int eal_telemetry_start(void);

/* Adds the command /bare/speed; a part of the above. */
void eal_telemetry_speed_register(void);

#endif
