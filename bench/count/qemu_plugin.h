/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The part of QEMU's plugin interface, version 1, that count.c uses, declared by hand: Debian
 * ships a QEMU that loads plugins, but not the header (QEMU 7.2, docs/devel/tcg-plugins.rst). A
 * QEMU that no longer speaks version 1 refuses to load the plugin and says so.
 */
#ifndef QEMU_PLUGIN_H
#define QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))

struct qemu_plugin_tb; /* a translation block: instructions that run in one go */

struct qemu_plugin_info {
	const char *target_name;
	struct {
		int minimum, current;
	} version;
	bool system_emulation;
	struct {
		int vcpus, vcpus_max;
	} system;
};

enum { QEMU_PLUGIN_CB_NO_REGS };

QEMU_PLUGIN_EXPORT extern int qemu_plugin_version;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info,
					   int argc, char **argv);

/* Calls back whenever QEMU translates a block. */
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*call)(uint64_t id, struct qemu_plugin_tb *));

/* Calls back whenever that block begins to run, with what is given here. */
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
					  void (*call)(unsigned cpu, void *data), int flags,
					  void *data);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);

#endif
