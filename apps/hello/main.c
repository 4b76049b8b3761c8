/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * hello: what is this machine? Prints its memory by node, CPUs, clock and PCI functions, then has
 * one thread a CPU report where it runs. Plain POSIX, and Linux's /proc and /sys, in which the
 * bare machine shows itself as well: so the same source runs on both.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define NODES "/sys/devices/system/node"
#define PCI_DEVICES "/sys/bus/pci/devices"
#define CLOCK_SOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define NODES_MAX 64
#define LINE_SIZE 256

/* Reads the first line of a file, without its end. Returns whether there is one. */
static bool
read_line(const char *path, char line[LINE_SIZE])
{
	FILE *file = fopen(path, "r");
	bool read = file && fgets(line, LINE_SIZE, file);

	if (file)
		fclose(file);
	if (read)
		line[strcspn(line, "\n")] = '\0';
	return read;
}

/* The value of a "name : value" line of a file; "unknown" when there is none. */
static void
find_value(const char *path, const char *name, char value[LINE_SIZE])
{
	char line[LINE_SIZE];
	FILE *file = fopen(path, "r");

	strcpy(value, "unknown");
	while (file && fgets(line, sizeof(line), file)) {
		char *at = strstr(line, name);

		if (!at || !(at = strchr(at, ':')))
			continue;
		at += 1 + strspn(at + 1, " \t");
		at[strcspn(at, "\n")] = '\0';
		strcpy(value, at);
		break;
	}
	if (file)
		fclose(file);
}

static void
print_machine(void)
{
	struct utsname name;
	char model[LINE_SIZE];

	uname(&name);
	find_value("/proc/cpuinfo", "model name", model);
	printf("system: %s %s, %s\n", name.sysname, name.release, name.machine);
	printf("CPUs: %ld online, %s\n", sysconf(_SC_NPROCESSORS_ONLN), model);
}

static void
print_memory(void)
{
	for (unsigned node = 0; node < NODES_MAX; node++) {
		char path[LINE_SIZE], total[LINE_SIZE], left[LINE_SIZE], cpus[LINE_SIZE];

		snprintf(path, sizeof(path), NODES "/node%u/cpulist", node);
		if (!read_line(path, cpus))
			continue;
		snprintf(path, sizeof(path), NODES "/node%u/meminfo", node);
		find_value(path, "MemTotal", total);
		find_value(path, "MemFree", left);
		printf("node %u: %lu MB, %lu MB free, CPUs %s\n", node,
		       strtoul(total, NULL, 10) / 1024, strtoul(left, NULL, 10) / 1024,
		       cpus[0] ? cpus : "none");
	}
}

static void
print_clock(void)
{
	char source[LINE_SIZE], frequency[LINE_SIZE], text[32];
	struct timespec resolution;
	time_t now = time(NULL);
	struct tm date;

	if (!read_line(CLOCK_SOURCE, source))
		strcpy(source, "unknown");
	find_value("/proc/cpuinfo", "cpu MHz", frequency);
	clock_getres(CLOCK_MONOTONIC, &resolution);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", gmtime_r(&now, &date));
	printf("clock: %s at %s MHz, resolution %ld ns, %s UTC\n", source, frequency,
	       resolution.tv_nsec, text);
}

/* The frequency, measured, and what disturbs it; Linux has no such file. */
static void
print_speed(void)
{
	FILE *file = fopen("/proc/speed", "r");
	char line[LINE_SIZE];

	while (file && fgets(line, sizeof(line), file))
		printf("speed: %s", line);
	if (file)
		fclose(file);
}

/* A number in a file of a PCI function; 0 when there is none. */
static unsigned long
pci_number(const char *function, const char *field)
{
	char path[LINE_SIZE], line[LINE_SIZE];

	snprintf(path, sizeof(path), PCI_DEVICES "/%.32s/%s", function, field);
	return read_line(path, line) ? strtoul(line, NULL, 16) : 0;
}

static int
is_function(const struct dirent *entry)
{
	return isxdigit((unsigned char)entry->d_name[0]);
}

static void
print_pci(void)
{
	struct dirent **entries;
	int count = scandir(PCI_DEVICES, &entries, is_function, alphasort);

	if (count < 0)
		printf("PCI: not to be read: %s\n", strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		printf("PCI %s %04lx:%04lx class %06lx\n", name, pci_number(name, "vendor"),
		       pci_number(name, "device"), pci_number(name, "class"));
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

/* -- One thread a CPU -------------------------------------------------------------------------- */

struct report {
	pthread_t thread;
	int cpu;	/* where it is to run */
	int found;	/* where it found itself */
	int allowed;	/* number of CPUs that it may run on */
	int error;
};

static void *
run(void *argument)
{
	struct report *report = argument;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(report->cpu, &set);
	report->error = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	if (!report->error)
		report->error = pthread_getaffinity_np(pthread_self(), sizeof(set), &set);
	report->allowed = CPU_COUNT(&set);
	report->found = sched_getcpu();
	return NULL;
}

/* Says how the threads fared. Returns how many are wrong. */
static int
check_reports(const struct report *reports, int count)
{
	int wrong = 0;

	for (int i = 0; i < count; i++) {
		const struct report *report = &reports[i];

		if (report->error) {
			printf("thread for CPU %d: %s\n", report->cpu, strerror(report->error));
			wrong++;
			continue;
		}
		printf("thread on CPU %d, may run on %d\n", report->found, report->allowed);
		if (report->found != report->cpu || report->allowed != 1)
			wrong++;
	}
	printf("%d of %d threads ran on a CPU of their own\n", count - wrong, count);
	return wrong;
}

static int
run_threads(void)
{
	struct report *reports;
	int count = 0, started, wrong;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set)) {
		perror("sched_getaffinity");
		return 1;
	}
	reports = calloc((size_t)CPU_COUNT(&set), sizeof(*reports));
	/* musl's CPU_SETSIZE tells the set's bytes. */
	for (int cpu = 0; cpu < 8 * (int)sizeof(set) && reports; cpu++)
		if (CPU_ISSET(cpu, &set))
			reports[count++].cpu = cpu;
	for (started = 0; started < count; started++) {
		int error = pthread_create(&reports[started].thread, NULL, run, &reports[started]);

		if (error) {
			printf("thread cannot be started: %s\n", strerror(error));
			break;
		}
	}
	for (int i = 0; i < started; i++)
		pthread_join(reports[i].thread, NULL);
	wrong = check_reports(reports, started) + count - started;
	free(reports);
	return wrong || !count;
}

int
main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("argv[%d]: %s\n", i, argv[i]);
	print_machine();
	print_memory();
	print_clock();
	print_speed();
	print_pci();
	return run_threads();
}
