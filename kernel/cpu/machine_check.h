/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Machine check: errors that the hardware finds in itself. Intel SDM vol. 3 ch. 15.
 */
#ifndef KERNEL_MACHINE_CHECK_H
#define KERNEL_MACHINE_CHECK_H

/*
 * Has the calling CPU report errors, after it has logged what its banks still hold from before
 * the start. Does nothing on a CPU without machine check.
 */
void machine_check_init(void);

/* Prints, as part of a panic's report, what the calling CPU's banks hold. */
void machine_check_report(void);

#endif
