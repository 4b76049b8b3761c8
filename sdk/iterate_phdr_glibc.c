/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * glibc's dl_iterate_phdr() for dlsym.c: it has a second name, which no program takes.
 */
#include <link.h>

typedef int use_info(struct dl_phdr_info *info, size_t size, void *data);

int iterate_phdr_glibc(use_info *use, void *data) __asm__("__dl_iterate_phdr");
int linuxless_iterate_phdr(use_info *use, void *data) __asm__("__linuxless_iterate_phdr");

int
linuxless_iterate_phdr(use_info *use, void *data)
{
	return iterate_phdr_glibc(use, data);
}
