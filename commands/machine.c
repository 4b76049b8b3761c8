/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands that tell of the machine: uname, hostname, nproc, lscpu. Formats are those of coreutils
 * and util-linux, which programs read.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sets of CPUs */
#endif
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "commands.h"

#define CPUS "/sys/devices/system/cpu"
#define NODES "/sys/devices/system/node"
#define TEXT_SIZE 256

int
command_uname(int argc, char **argv, const struct command_streams *streams)
{
	struct utsname name;
	char wanted[16] = "s";
	const char *texts[7];
	bool first = true;

	if (argc > 1 && strcmp(argv[1], "-a") == 0)
		strcpy(wanted, "snrvmo");
	else if (argc > 1)
		snprintf(wanted, sizeof(wanted), "%s", argv[1] + 1);
	if (argc > 2 || (argc > 1 && argv[1][0] != '-') ||
	    strspn(wanted, "snrvmpio") != strlen(wanted)) {
		fprintf(streams->error, "uname: unknown option %s\n", argv[argc - 1]);
		return 1;
	}
	uname(&name);
	texts[0] = name.sysname;
	texts[1] = name.nodename;
	texts[2] = name.release;
	texts[3] = name.version;
	texts[4] = texts[5] = name.machine;
	texts[6] = "GNU/Linux";
	for (unsigned i = 0; i < 7; i++) {
		if (strchr(wanted, "snrvmpo"[i]) == NULL)
			continue;
		fprintf(streams->out, "%s%s", first ? "" : " ", texts[i]);
		first = false;
	}
	fputc('\n', streams->out);
	return 0;
}

int
command_hostname(int argc, char **argv, const struct command_streams *streams)
{
	char name[TEXT_SIZE];

	if (argc > 1) {
		fprintf(streams->error, "hostname: unknown option %s\n", argv[1]);
		return 1;
	}
	if (gethostname(name, sizeof(name)) != 0)
		return 1;
	fprintf(streams->out, "%s\n", name);
	return 0;
}

int
command_nproc(int argc, char **argv, const struct command_streams *streams)
{
	cpu_set_t set;
	bool all = argc > 1 && strcmp(argv[1], "--all") == 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	fprintf(streams->out, "%ld\n",
		all ? sysconf(_SC_NPROCESSORS_ONLN) : (long)CPU_COUNT(&set));
	return 0;
}

/* -- lscpu ------------------------------------------------------------------------------------- */

/* A line of the output, its value at column 34 or so as lscpu has it. */
static void
tell(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%-33s%s\n", name, value);
}

static void
tell_number(FILE *out, const char *name, long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", value);
	tell(out, name, text);
}

/* The first line of a file without its end. Returns whether there is one. */
static bool
read_line(const char *path, char text[TEXT_SIZE])
{
	FILE *file = fopen(path, "r");
	bool there = file != NULL && fgets(text, TEXT_SIZE, file) != NULL;

	if (file != NULL)
		fclose(file);
	if (there)
		text[strcspn(text, "\n")] = '\0';
	return there;
}

static long
read_number(const char *path)
{
	char text[TEXT_SIZE];

	return read_line(path, text) ? atol(text) : -1;
}

/* Of /proc/cpuinfo the value of the first line with a name. */
static bool
cpuinfo(const char *name, char value[TEXT_SIZE])
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[4096];
	bool found = false;

	while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL) {
		const char *colon = strchr(line, ':');

		found = colon != NULL && strncmp(line, name, strlen(name)) == 0 &&
			strspn(line + strlen(name), "\t :") > 0;
		if (found) {
			snprintf(value, TEXT_SIZE, "%s", colon + 1 + strspn(colon + 1, " "));
			value[strcspn(value, "\n")] = '\0';
		}
	}
	if (file != NULL)
		fclose(file);
	return found;
}

struct shape {
	long cpus, packages, cores;
};

/* Packages, and cores of them all, from each CPU's topology. */
static struct shape
shape(void)
{
	struct shape shape = {.cpus = sysconf(_SC_NPROCESSORS_ONLN)};
	long *seen = calloc((size_t)shape.cpus, 2 * sizeof(long));

	for (long cpu = 0; seen != NULL && cpu < shape.cpus; cpu++) {
		char path[TEXT_SIZE];
		long package, core, other;

		snprintf(path, sizeof(path), CPUS "/cpu%ld/topology/physical_package_id", cpu);
		package = read_number(path);
		snprintf(path, sizeof(path), CPUS "/cpu%ld/topology/core_id", cpu);
		core = read_number(path);
		for (other = 0; other < shape.cores; other++)
			if (seen[2 * other] == package && seen[2 * other + 1] == core)
				break;
		if (other < shape.cores)
			continue;
		seen[2 * shape.cores] = package;
		seen[2 * shape.cores++ + 1] = core;
		shape.packages = package >= shape.packages ? package + 1 : shape.packages;
	}
	free(seen);
	return shape;
}

static void
tell_nodes(FILE *out)
{
	char path[TEXT_SIZE], name[TEXT_SIZE], list[TEXT_SIZE];
	long nodes = 0;

	for (;; nodes++) {
		snprintf(path, sizeof(path), NODES "/node%ld/cpulist", nodes);
		if (!read_line(path, list))
			break;
	}
	tell_number(out, "NUMA node(s):", nodes);
	for (long node = 0; node < nodes; node++) {
		snprintf(path, sizeof(path), NODES "/node%ld/cpulist", node);
		snprintf(name, sizeof(name), "NUMA node%ld CPU(s):", node);
		if (read_line(path, list))
			tell(out, name, list);
	}
}

int
command_lscpu(int argc, char **argv, const struct command_streams *streams)
{
	struct shape found = shape();
	struct utsname name;
	char text[TEXT_SIZE];

	if (argc > 1) {
		fprintf(streams->error, "lscpu: unknown option %s\n", argv[1]);
		return 1;
	}
	uname(&name);
	tell(streams->out, "Architecture:", name.machine);
	tell(streams->out, "CPU op-mode(s):", "64-bit");
	tell(streams->out, "Byte Order:", "Little Endian");
	tell_number(streams->out, "CPU(s):", found.cpus);
	snprintf(text, sizeof(text), found.cpus > 1 ? "0-%ld" : "0", found.cpus - 1);
	tell(streams->out, "On-line CPU(s) list:", text);
	if (cpuinfo("vendor_id", text))
		tell(streams->out, "Vendor ID:", text);
	if (cpuinfo("model name", text))
		tell(streams->out, "Model name:", text);
	if (found.cores > 0 && found.packages > 0) {
		tell_number(streams->out, "Thread(s) per core:", found.cpus / found.cores);
		tell_number(streams->out, "Core(s) per socket:", found.cores / found.packages);
		tell_number(streams->out, "Socket(s):", found.packages);
	}
	if (cpuinfo("cpu MHz", text))
		tell(streams->out, "CPU MHz:", text);
	tell_nodes(streams->out);
	if (cpuinfo("flags", text))
		tell(streams->out, "Flags:", text);
	return 0;
}
