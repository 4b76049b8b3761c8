/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * count.so, a plugin for QEMU's translator: counts the guest's instructions from outside, so that
 * the program that is measured is the one that is shipped.
 *
 *     -plugin count.so,counts=F[,entry=HEX][,poll=HEX...]
 *
 * entry: counting begins when this address runs, else at power-on. poll: addresses of receive
 * functions. From one call to the next is one turn of a polling loop, with all that it does; the
 * turns are counted by their number of instructions.
 *
 * A block's instructions count when it begins. CPUs must take turns (thread=single, or -icount):
 * the counters are not locked. What QEMU's command line says is trusted; F must be writable.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "count.h"
#include "qemu_plugin.h"

#define POLLS_MAX 64

int qemu_plugin_version = 1;

static struct count *count;
static uint64_t entry;
static uint64_t polls[POLLS_MAX];
static unsigned poll_count;
static bool counting;
static uint64_t at_last_poll[COUNT_CPUS]; /* the CPU's count then; 0: it has not polled */

static void
block_run(unsigned cpu, void *instructions)
{
	if (!counting || cpu >= COUNT_CPUS)
		return;
	count->total += (uintptr_t)instructions;
	count->per_cpu[cpu] += (uintptr_t)instructions;
}

static void
entry_run(unsigned cpu, void *unused)
{
	(void)cpu;
	(void)unused;
	counting = true;
}

/* Called before block_run() of the same block. */
static void
poll_run(unsigned cpu, void *unused)
{
	uint64_t now;

	(void)unused;
	if (!counting || cpu >= COUNT_CPUS)
		return;
	if (count->polls++ == 0)
		count->first_poll = count->total;
	now = count->per_cpu[cpu];
	if (at_last_poll[cpu] != 0) {
		uint64_t turn = now - at_last_poll[cpu];

		count->between[turn < COUNT_BINS ? turn : COUNT_BINS - 1]++;
		if (turn > count->longest)
			count->longest = turn;
	}
	at_last_poll[cpu] = now;
}

static bool
is_poll(uint64_t address)
{
	for (unsigned i = 0; i < poll_count; i++)
		if (polls[i] == address)
			return true;
	return false;
}

static void
block_translated(uint64_t id, struct qemu_plugin_tb *block)
{
	uint64_t address = qemu_plugin_tb_vaddr(block);
	uintptr_t instructions = qemu_plugin_tb_n_insns(block);

	(void)id;
	if (counting && count->polls == 0)
		count->first_blocks++;
	if (entry != 0 && address == entry)
		qemu_plugin_register_vcpu_tb_exec_cb(block, entry_run, QEMU_PLUGIN_CB_NO_REGS,
						     NULL);
	if (is_poll(address))
		qemu_plugin_register_vcpu_tb_exec_cb(block, poll_run, QEMU_PLUGIN_CB_NO_REGS, NULL);
	qemu_plugin_register_vcpu_tb_exec_cb(block, block_run, QEMU_PLUGIN_CB_NO_REGS,
					     (void *)instructions);
}

/* Maps the counters' file. Returns 0 or -1, said. */
static int
counters_map(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT, 0600);

	if (file < 0 || ftruncate(file, sizeof(*count)) != 0) {
		perror(path);
		return -1;
	}
	count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (count == MAP_FAILED) {
		perror(path);
		return -1;
	}
	return 0;
}

/* Takes one argument NAME=VALUE. Returns 0 or -1, said. */
static int
argument_take(const char *argument)
{
	if (strncmp(argument, "counts=", 7) == 0)
		return counters_map(argument + 7);
	if (strncmp(argument, "entry=", 6) == 0) {
		entry = strtoull(argument + 6, NULL, 16);
		return 0;
	}
	if (strncmp(argument, "poll=", 5) == 0 && poll_count < POLLS_MAX) {
		polls[poll_count++] = strtoull(argument + 5, NULL, 16);
		return 0;
	}
	fprintf(stderr, "count.so: what is %s?\n", argument);
	return -1;
}

int
qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (argument_take(argv[i]) != 0)
			return -1;
	if (count == NULL) {
		fprintf(stderr, "count.so: counts= is missing\n");
		return -1;
	}
	counting = entry == 0;
	qemu_plugin_register_vcpu_tb_trans_cb(id, block_translated);
	return 0;
}
