/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions of this folder for CPUs with AVX2.
 */
#pragma GCC target("avx2,bmi")
#define VECTOR_BYTES 32
#define LEVEL(name) name##_avx2

#include "strings/functions.h"

#include "strings/compare.h"
#include "strings/find.h"
#include "strings/move.h"
#include "strings/set.h"
