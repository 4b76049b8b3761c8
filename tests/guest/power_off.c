/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A power-off by ACPI, on registers that are nothing but memory: each gets its own sleep type, and
 * what else stood in it stays. CPU 1 switches off, and halts as that has no effect; CPU 0 looks.
 */
/* QEMU: -smp 2 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <unistd.h>

#include "kernel/acpi/acpi.h"
#include "kernel/end/power.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/paging.h"
#include "tests/guest/touched_stack.h"
#include "tests/unit/check.h"

#define SCI_ENABLE (1u << 0)
#define GLOBAL_RELEASE (1u << 2)
#define RESERVED (1u << 15 | 1u << 9)
#define SLEEP_TYPE(type) ((uint32_t)(type) << 10)
#define SLEEP_ENABLE (1u << 13)

#define TYPE_A 5
#define TYPE_B 2
#define MILLISECONDS_MAX 10000

/* Two registers, in a page that becomes uncacheable. */
static volatile uint16_t controls[PAGE_4K / sizeof(uint16_t)] __attribute__((aligned(PAGE_4K)));

static struct acpi_register
register_at(const volatile uint16_t *control)
{
	return (struct acpi_register){ACPI_REGISTER_MEMORY, 16, (uint64_t)control};
}

static void *
switch_off(void *unused)
{
	cpu_set_t set;

	(void)unused;
	touched_stack();
	CPU_ZERO(&set);
	CPU_SET(1, &set);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
	power_end(END_POWEROFF, 0, 0);
}

int
main(void)
{
	pthread_t thread;

	boot_info.memory_count = 0; /* registers in RAM would be refused */
	controls[0] = SCI_ENABLE | GLOBAL_RELEASE | RESERVED | SLEEP_TYPE(7);
	controls[1] = SCI_ENABLE;
	acpi_info.pm1a_control = register_at(&controls[0]);
	acpi_info.pm1b_control = register_at(&controls[1]);
	acpi_info.s5_type_a = TYPE_A;
	acpi_info.s5_type_b = TYPE_B;
	acpi_info.s5_known = true;
	acpi_info.smi_command_port = 0;
	CHECK_EQ(pthread_create(&thread, NULL, switch_off, NULL), 0);
	for (unsigned i = 0; i < MILLISECONDS_MAX && !(controls[1] & SLEEP_ENABLE); i++)
		usleep(1000);
	CHECK_EQ(controls[0], SCI_ENABLE | RESERVED | SLEEP_TYPE(TYPE_A) | SLEEP_ENABLE);
	CHECK_EQ(controls[1], SCI_ENABLE | SLEEP_TYPE(TYPE_B) | SLEEP_ENABLE);
	return check_end();
}
