/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The 8259s are programmed once, so that a spurious interrupt of theirs (which masking does not
 * prevent) arrives at a vector of its own and not at an exception's, and are then masked. Where
 * there are none the writes go nowhere.
 */
#include "kernel/interrupts/pic8259.h"

#include "kernel/base/io.h"

#define PIC_MASTER_COMMAND 0x20
#define PIC_MASTER_DATA 0x21
#define PIC_SLAVE_COMMAND 0xa0
#define PIC_SLAVE_DATA 0xa1

#define PIC_ICW1_INIT 0x11 /* edge, cascade, ICW4 follows */
#define PIC_MASTER_VECTOR 32
#define PIC_SLAVE_VECTOR 40
#define PIC_MASTER_CASCADE (1u << 2) /* the slave hangs on input 2 */
#define PIC_SLAVE_CASCADE 2
#define PIC_ICW4_8086 0x01
#define PIC_MASK_ALL 0xff

void
pic8259_mask(void)
{
	io_out8(PIC_MASTER_COMMAND, PIC_ICW1_INIT);
	io_out8(PIC_SLAVE_COMMAND, PIC_ICW1_INIT);
	io_out8(PIC_MASTER_DATA, PIC_MASTER_VECTOR);
	io_out8(PIC_SLAVE_DATA, PIC_SLAVE_VECTOR);
	io_out8(PIC_MASTER_DATA, PIC_MASTER_CASCADE);
	io_out8(PIC_SLAVE_DATA, PIC_SLAVE_CASCADE);
	io_out8(PIC_MASTER_DATA, PIC_ICW4_8086);
	io_out8(PIC_SLAVE_DATA, PIC_ICW4_8086);
	io_out8(PIC_MASTER_DATA, PIC_MASK_ALL);
	io_out8(PIC_SLAVE_DATA, PIC_MASK_ALL);
}
