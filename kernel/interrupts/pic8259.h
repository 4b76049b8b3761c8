/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two 8259 interrupt controllers, which the kernel does not use.
 */
#ifndef KERNEL_PIC8259_H
#define KERNEL_PIC8259_H

/* Moves the 8259s' interrupts off the exceptions' vectors and masks them all. Boot CPU, once. */
void pic8259_mask(void);

#endif
