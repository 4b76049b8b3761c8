/* SPDX-License-Identifier: BSD-3-Clause */
/* EXPECT: waiting */
/* MONITOR: system_powerdown */
/* EXPECT: asked to end, and staying */
/* MONITOR: system_powerdown */
/* EXPECT: exit: status 143 */
/* EXIT: 15 */
/* The power button asks a program to end, which stays here; pressed again, it ends the run. (Of a
 * status QEMU hands on seven bits.) */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t asked;

static void
count(int signal)
{
	(void)signal;
	asked++;
}

int
main(void)
{
	struct sigaction action = {.sa_handler = count};

	if (sigaction(SIGTERM, &action, NULL) != 0)
		return 1;
	puts("waiting");
	while (!asked)
		pause();
	puts("asked to end, and staying");
	for (;;)
		pause();
}
