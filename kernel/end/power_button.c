/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The power button asks the program to end; pressed again, it ends the run whatever the program
 * does. What follows then is bare.exit=, or where nothing is said there the machine goes off, as
 * who presses that button, or has a hypervisor do so, expects.
 */
#include "kernel/end/power.h"
#include "kernel/firmware/sci.h"
#include "kernel/loader/settings.h"

#define TERMINATED_STATUS (128 + 15) /* as a shell shows a program that SIGTERM ended */

static void (*button_handler)(void);
static uint32_t button_presses;

static void
button_pressed(void)
{
	void (*handler)(void) = __atomic_load_n(&button_handler, __ATOMIC_ACQUIRE);

	if (!settings.exit_given)
		settings.exit = END_POWEROFF;
	if (__atomic_fetch_add(&button_presses, 1, __ATOMIC_RELAXED) == 0 && handler)
		handler();
	else
		power_exit(TERMINATED_STATUS);
}

void
power_set_button_handler(void (*handler)(void))
{
	__atomic_store_n(&button_handler, handler, __ATOMIC_RELEASE);
}

void
power_end_on_button(void)
{
	sci_on_power_button(button_pressed);
}
