/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads that lcores make.
 */
#ifndef EALCHECK_HEIRS_H
#define EALCHECK_HEIRS_H

/* That they do not run where an lcore polls; with two CPUs and more. */
void heirs_check(void);

#endif
