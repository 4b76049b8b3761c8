/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the environment layer and net/ have of each other: a network stack has a port of its own,
 * whose device is probed when all others have been. An image without net/ has none of it.
 */
#ifndef EAL_BARE_EAL_NET_H
#define EAL_BARE_EAL_NET_H

#include <stdbool.h>
#include <stddef.h>

/* What net/ does in rte_eal_init(); thread context. */
struct eal_net_steps {
	void (*before_scan)(void);  /* the command line's options are read */
	void (*before_probe)(void); /* memory and lcores are there */
	void (*after)(void);	    /* all is done */
};

/* Filled in by net/; weak: its address is NULL where that is not linked. */
extern const struct eal_net_steps eal_net_steps __attribute__((weak));

/*
 * Has scans of the PCI bus pass a function over, named as DPDK does it (0000:00:05.0); "": all that
 * are network adapters; NULL: none. The name is kept by reference.
 */
void eal_net_hide(const char *pci);

/* Has the PCI bus scanned again, for those that were hidden. Returns 0 or -1. */
int eal_net_scan(void);

/* The name of a network adapter, numbered from 0 by address; false: there are no more. */
bool eal_net_adapter(unsigned number, char *pci, size_t size);

/* Starts a thread on the control CPUs, as DPDK's own control threads are. Returns 0 or an error. */
int eal_net_thread(const char *name, void (*run)(void));

#endif
