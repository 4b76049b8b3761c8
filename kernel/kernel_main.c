/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The boot, step by step. Each step may use what the steps above it have set up, and panics
 * when the machine cannot go on without it.
 */
#include "kernel/kernel_main.h"

#include "kernel/acpi.h"
#include "kernel/app.h"
#include "kernel/bootinfo.h"
#include "kernel/clock.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"
#include "kernel/lapic.h"
#include "kernel/memory.h"
#include "kernel/paging.h"
#include "kernel/pci.h"
#include "kernel/settings.h"
#include "kernel/smp.h"
#include "kernel/thread.h"

void
kernel_main(uint32_t magic, uint32_t address)
{
	console_early_init();		   /* the first serial port */
	cpu_init_early();		   /* from here on an exception names itself */
	boot_info_collect(magic, address); /* copied before the loader's memory is reused */
	settings_parse();		   /* bare.* words; the others are argv */
	boot_info_report();
	memory_init();			   /* free RAM */
	paging_init();			   /* the identity map, W^X */
	cpu_init_boot();		   /* this CPU's segments, stacks, vector state */
	acpi_init();			   /* CPUs, IO-APICs, HPET, nodes, ECAM */
	acpi_memory_nodes();		   /* which RAM is near which CPUs */
	clock_init();			   /* TSC frequency, the time of day */
	console_init();			   /* all the consoles that are asked for */
	settings_report();
	lapic_init();			   /* this CPU's interrupts, and the timer */
	ioapic_init();			   /* the devices' */
	thread_init();			   /* the scheduler, on this CPU */
	smp_start();			   /* all other CPUs */
	pci_init();			   /* every function, with its BARs */
	if (settings.lspci)
		pci_report();
	console_start();		   /* output through the ring, input by interrupt */
	app_init();			   /* files and system calls */
	app_start();			   /* main(argc, argv), in a thread of its own */
	sched_idle();
}
