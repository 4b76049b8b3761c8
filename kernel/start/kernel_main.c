/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The boot, step by step. Each step may use what the steps above it have set up, and panics
 * when the machine cannot go on without it.
 */
#include "kernel/start/kernel_main.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/log.h"
#include "kernel/base/x86.h"
#include "kernel/console/console.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/end/power.h"
#include "kernel/end/pvpanic.h"
#include "kernel/end/watchdog.h"
#include "kernel/firmware/iommu.h"
#include "kernel/firmware/sci.h"
#include "kernel/firmware/usb_handoff.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/loader/boot_info.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci.h"
#include "kernel/speed/idle.h"
#include "kernel/speed/microcode.h"
#include "kernel/speed/speed.h"
#include "kernel/start/app.h"
#include "kernel/start/smp.h"
#include "kernel/start/version.h"
#include "kernel/thread/thread.h"
#include "kernel/time/clock.h"
#include "kernel/time/rtc.h"

static void
report_pci(void)
{
	if (settings.lspci)
		pci_report();
}

/* The steps that follow once it is known what machine this is and what is asked for. */
static const struct boot_step {
	const char *name;
	void (*run)(void);
} steps[] = {
	{"memory", memory_init},	/* free RAM */
	{"paging", paging_init},	/* the identity map, W^X */
	{"cpu", cpu_init_boot},		/* this CPU's segments, stacks, system calls */
	{"ucode", microcode_init},	/* a module's, if it is newer */
	{"speed", speed_start_boot_cpu},/* its clock frequency */
	{"acpi", acpi_init},		/* CPUs, IO-APICs, HPET, nodes, ECAM */
	{"nodes", acpi_nodes_assign},	/* which RAM is near which CPUs */
	{"clock", clock_init},		/* the TSC's frequency */
	{"rtc", rtc_set_clock},		/* the time of day */
	{"consoles", console_init},	/* all that are asked for */
	{"settings", settings_report},	/* what was asked for and is not known */
	{"lapic", lapic_init},		/* this CPU's interrupts, and the timer */
	{"ioapic", ioapic_init},	/* the devices' */
	{"threads", thread_init},	/* the scheduler, on this CPU */
	{"idle", idle_init},		/* how they wait */
	{"smp", smp_start},		/* all other CPUs */
	{"pci", pci_init},		/* every function, with its BARs */
	{"timer", lapic_timer_settle},	/* its frequency: measured since lapic */
	{"iommu", iommu_init},		/* firmware's translation of DMA is off */
	{"pvpanic", pvpanic_init},	/* whom to tell of a panic */
	{"usb", usb_handoff},		/* the firmware's USB drivers, and their SMIs, are off */
	{"sci", sci_init},		/* ACPI mode: SMIs of power management end */
	{"mhz", speed_report},		/* what the frequency has become */
	{"sriov", pci_sriov},		/* virtual functions, those asked for */
	{"lspci", report_pci},
	{"ctrl-c", power_end_on_interrupt}, /* ends the run */
	{"button", power_end_on_button},    /* the same by the power button */
	{"console", console_start},	/* output through the ring, input by interrupt */
	{"watchdog", watchdog_start},	/* if it is asked for */
	{"app", app_init},		/* files and system calls */
	{"main", app_start},		/* main(argc, argv), in a thread of its own */
};

/* bare.bootstat: `start`, when the steps began, and `ends` are TSC values. */
static void
report_times(uint64_t entry, uint64_t start, const uint64_t *ends)
{
	uint64_t ticks_per_us = MAX(clock_tsc_hz() / (NS_PER_SECOND / NS_PER_US), 1ULL);

	log_info("boot: %-8s %8lu us", "entry", (start - entry) / ticks_per_us);
	for (unsigned i = 0; i < ARRAY_SIZE(steps); i++) {
		log_info("boot: %-8s %8lu us", steps[i].name, (ends[i] - start) / ticks_per_us);
		start = ends[i];
	}
}

void
kernel_main(uint32_t magic, uint32_t address)
{
	uint64_t entry = tsc_read();
	uint64_t start, ends[ARRAY_SIZE(steps)];

	clock_begin(entry);		   /* what clock_ns() counts from */
	cpu_init_early();		   /* exceptions, vector state */
	console_early_init();		   /* the first serial port: what goes wrong has a name */
	boot_info_collect(magic, address); /* copied before the loader's memory is reused */
	settings_parse();		   /* bare.* words; the others are argv */
	log_info("Linuxless %s", version_name);
	boot_info_report();
	start = tsc_read();
	for (unsigned i = 0; i < ARRAY_SIZE(steps); i++) {
		steps[i].run();
		ends[i] = tsc_read();
	}
	if (settings.bootstat)
		report_times(entry, start, ends);
	sched_idle();
}
