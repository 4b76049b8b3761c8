/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What uname() and /proc call the system. The release is that of the Linux whose calls are served,
 * for programs that look for one.
 */
#ifndef LIBC_SYSTEM_NAME_H
#define LIBC_SYSTEM_NAME_H

#define SYSTEM_NAME "Linuxless"
#define SYSTEM_HOST "bare"
#define SYSTEM_RELEASE "6.1.0"
#define SYSTEM_VERSION "bare metal"

#endif
