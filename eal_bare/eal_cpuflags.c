/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The auxiliary vector, as the kernel hands it to musl.
 */
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>

#include <rte_cpuflags.h>

unsigned long
rte_cpu_getauxval(unsigned long type)
{
	errno = 0;
	return getauxval(type);
}

int
rte_cpu_strcmp_auxval(unsigned long type, const char *string)
{
	const char *value = (const char *)rte_cpu_getauxval(type);

	return value == NULL ? -1 : strcmp(value, string);
}
