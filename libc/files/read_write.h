/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading and writing on in vectors.
 */
#ifndef LIBC_READ_WRITE_H
#define LIBC_READ_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "libc/base/pieces.h"

/* readv() or writev() with ABI_RWF_* flags (transfer.h): the bytes moved, or -errno. */
int64_t read_write_vector(int descriptor, struct pieces pieces, bool writes, uint32_t flags);

#endif
