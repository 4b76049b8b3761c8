/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Interrupt messages into the guest. QEMU's proxy device has no interrupt path without KVM, so the
 * memory write that an MSI-X message is, is asked of QEMU's -qtest socket, which QEMU connects to
 * when it starts. One connection serves all ports of a guest.
 */
#ifndef IX82599_QTEST_H
#define IX82599_QTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QTEST_BUFFER 65536

struct qtest {
	int listener, fd;		/* -1: none */
	char out[QTEST_BUFFER];
	size_t used;
	uint64_t messages, failures;
};

bool qtest_listen(struct qtest *qtest, const char *path);
void qtest_accept(struct qtest *qtest);
/* Takes QEMU's answers; false: the connection ended. */
bool qtest_read(struct qtest *qtest);
void qtest_flush(struct qtest *qtest);
void qtest_write32(struct qtest *qtest, uint64_t addr, uint32_t data);
void qtest_close(struct qtest *qtest);

#endif
