/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What headers written for glibc and BSD take from here. musl's own headers need none of it.
 */
#ifndef LINUXLESS_SYS_CDEFS_H
#define LINUXLESS_SYS_CDEFS_H

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#define __THROW noexcept(true)
#else
#define __BEGIN_DECLS
#define __END_DECLS
#define __THROW __attribute__((__nothrow__))
#endif
#define __THROWNL __THROW
#define __NTH(function) function
#define __P(arguments) arguments
#define __PMT(arguments) arguments

#define __CONCAT1(x, y) x##y
#define __CONCAT(x, y) __CONCAT1(x, y)
#define __STRING(x) #x

#define __ptr_t void *
#define __flexarr []

#define __nonnull(parameters) __attribute__((__nonnull__ parameters))
#define __wur
#define __always_inline inline __attribute__((__always_inline__))
#define __attribute_pure__ __attribute__((__pure__))
#define __attribute_const__ __attribute__((__const__))
#define __attribute_malloc__ __attribute__((__malloc__))
#define __attribute_used__ __attribute__((__used__))
#define __attribute_noinline__ __attribute__((__noinline__))
#define __attribute_deprecated__ __attribute__((__deprecated__))
#define __attribute_warn_unused_result__ __attribute__((__warn_unused_result__))
#define __attribute_format_arg__(parameter) __attribute__((__format_arg__(parameter)))

#define __glibc_likely(condition) __builtin_expect(!!(condition), 1)
#define __glibc_unlikely(condition) __builtin_expect(!!(condition), 0)

#endif
