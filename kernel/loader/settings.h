/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line: words that begin with "bare." are the kernel's settings, all others are
 * the application's argv. Double and single quotes and backslash work as in a shell.
 * The file's name is argv[0]: the first word, or "linuxless" where the loader leaves it out.
 */
#ifndef KERNEL_SETTINGS_H
#define KERNEL_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/log.h"

#define ARGV_MAX 512

enum end_action {
	END_HALT,
	END_REBOOT,
	END_POWEROFF, /* bare.exit= only */
	END_DEBUG,    /* QEMU's isa-debug-exit port, then halt */
};

#define CONSOLE_SPECS_MAX 4
struct console_spec {
	char text[32]; /* "ttyS1,115200n8", "spcr", "vga", "fb": read by the console */
};

#define SRIOV_SPECS_MAX 16
struct sriov_spec {
	uint16_t segment;
	uint8_t bus, device, function;
	uint16_t count; /* of virtual functions, above 0 */
};

/* Entries that an emulator's TLB is made to have: bare.softtlb=N, a power of 2; OFF leaves it. */
#define SOFTTLB_OFF 0
#define SOFTTLB_DEFAULT 4096
#define SOFTTLB_MAX 65536

/* Of its memory, what DPDK takes: bare.dpdk-memory=MB, or N% of what is free when it starts. */
#define DPDK_PERCENT_MAX 100

struct settings {
	uint32_t cpus;		   /* bare.cpus=N, 0: all */
	enum log_level loglevel;   /* bare.loglevel=error|warning|info|debug or 1..4 */
	enum end_action panic;	   /* bare.panic=halt|reboot[:seconds]|debug */
	uint32_t panic_seconds;	   /* wait before a reboot, 0..3600 */
	enum end_action exit;	   /* bare.exit=halt|reboot|poweroff|debug */
	bool exit_given;
	bool lspci;		   /* bare.lspci: print the list of PCI functions */
	bool x2apic;		   /* bare.x2apic: also where nothing needs it */
	bool usb_stays;		   /* bare.usb=firmware (else handoff): USB is left alone */
	bool power_stays;	   /* bare.power=firmware: its speed and mode are left alone */
	uint32_t power_mhz;	   /* bare.power=MHz, 100..10000; 0: as fast as can be */
	bool idle_hlt, idle_mwait; /* bare.idle=; neither: what suits the machine */
	uint32_t softtlb;	   /* bare.softtlb=N or off: entries of an emulator's TLB */
	uint32_t watchdog;	   /* bare.watchdog=seconds, 1..3600; 0: none */
	bool bootstat;		   /* bare.bootstat: print the time each boot step took */
	uint64_t dpdk_megabytes;   /* bare.dpdk-memory=MB; 0: not set */
	uint32_t dpdk_percent;	   /* bare.dpdk-memory=N%; 0: not set */
	struct console_spec console[CONSOLE_SPECS_MAX]; /* bare.console=, may be repeated */
	unsigned console_count;
	struct sriov_spec sriov[SRIOV_SPECS_MAX]; /* bare.sriov=, may be repeated */
	unsigned sriov_count;
};

extern struct settings settings;

/*
 * A setting of a part that not every image has: where the part is there it brings pointers to them,
 * which the linker puts side by side. The text is kept as it stands.
 */
struct settings_text {
	const char *name;
	const char *values; /* for the report */
	const char *value;  /* NULL: not given */
};
#define SETTINGS_TEXT_POINTER __attribute__((used, section(".settings_text")))

/* argv for main, NULL-terminated. */
extern int settings_argc;
extern char *settings_argv[ARGV_MAX + 1];

/*
 * Splits boot_info.command_line and fills the three above. Never fails: what is unknown or
 * malformed is kept for settings_report(). Call once, after boot_info_collect().
 */
void settings_parse(void);

/* Reads [DOMAIN:]BUS:DEV.FN=N. Returns 0, or -EINVAL. */
int settings_parse_sriov(const char *value, struct sriov_spec *spec);

/* Names each unknown or malformed setting, with the list of those that exist. */
void settings_report(void);

#endif
