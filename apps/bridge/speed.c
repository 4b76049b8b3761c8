/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * --verbose: what the control CPU runs at, and what takes time from all of them: SMIs, heat, limits
 * of power. The bare machine tells in /proc/speed; Linux has no such file.
 */
#include <stdio.h>
#include <string.h>

#include "bridge.h"

#define LINE_SIZE 80

void
speed_line(void)
{
	FILE *file = fopen("/proc/speed", "r");
	char line[LINE_SIZE];
	const char *before = "speed: ";

	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		printf("%s%s", before, line);
		before = ", ";
	}
	fclose(file);
	printf("\n");
}
