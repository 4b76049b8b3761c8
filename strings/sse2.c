/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions of this folder for CPUs with SSE2.
 */
#define VECTOR_BYTES 16
#define LEVEL(name) name##_sse2

#include "strings/functions.h"

#include "strings/compare.h"
#include "strings/find.h"
#include "strings/move.h"
#include "strings/set.h"
