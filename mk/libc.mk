# SPDX-License-Identifier: BSD-3-Clause
#
# The C library that programs are compiled and linked with: LIBC=musl, the usual one, or LIBC=glibc,
# Debian's static glibc, in a folder of its own. Kernel, libc seam and eal_bare are the same; with
# glibc DPDK is Debian's own, as its package has it (dpdk/debian).
#
#   LIBC_FLAGS           for the compiler
#   LIBC_SCRIPT          linker scripts before linker.ld
#   LIBC_BEGIN LIBC_END  objects before and behind all others
#   LIBRARIES            the archives, which refer to each other

MUSL_INCLUDE := /usr/include/x86_64-linux-musl
MUSL_LIB := /usr/lib/x86_64-linux-musl/libc.a
GCC_INCLUDE = $(shell $(CC) -print-file-name=include)
LIBGCC = $(shell $(CC) -print-libgcc-file-name)
COMMANDS := $(BUILD)/commands.a
gcc_file = $(shell $(CC) -print-file-name=$(1))

ifeq ($(LIBC),glibc)
LIBC_FLAGS :=
LIBC_SCRIPT := -T sdk/glibc.ld -Wl,--eh-frame-hdr
LIBC_BEGIN = $(foreach file,crt1.o crti.o crtbegin.o,$(call gcc_file,$(file)))
# An object that every image depends on, and so is linked with.
BESIDE_DEBIAN := $(BUILD)/beside_debian.o
LIBC_END = $(foreach file,crtend.o crtn.o,$(call gcc_file,$(file)))
LIBRARIES = $(COMMANDS) $(foreach file,libm.a libc.a libgcc_eh.a,$(call gcc_file,$(file)))
else ifeq ($(LIBC),musl)
# (No recipe's variable runs before `deps`.)
LIBC_FLAGS = -nostdinc -isystem sdk/include -isystem sdk/musl/include -isystem $(MUSL_INCLUDE) \
	-isystem $(GCC_INCLUDE)
# Before musl: what is faster there.
STRINGS := $(if $(SMALL),,$(BUILD)/strings.a)
# Behind musl: some of it takes the place of weak names.
MUSL_MORE := $(BUILD)/musl-more.a
LIBC_SCRIPT :=
LIBC_BEGIN :=
LIBC_END :=
LIBRARIES = $(COMMANDS) $(STRINGS) $(MUSL_LIB) $(MUSL_MORE)
else
$(error LIBC=$(LIBC): it is musl or glibc)
endif
