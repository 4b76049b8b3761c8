/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What this image was made from.
 */
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

/* The release, with the commit where it is not the release's: "0.9.0+26347d4a1b2c" (tools/version). */
extern const char version_name[];

#endif
