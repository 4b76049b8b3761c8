/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What this image was made from.
 */
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

/* The release, with the commit where it is another's: "0.9.0+26347d43b6ae" (tools/version). */
extern const char version_name[];

#endif
