/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dl_iterate_phdr() for dlsym.c: musl's own is weak, and not in an image whose program has one. The
 * image is the only object; what the kernel says of it at the start never changes, so nothing is
 * locked.
 */
#include <link.h>
#include <stdint.h>
#include <sys/auxv.h>

typedef int use_info(struct dl_phdr_info *info, size_t size, void *data);

int linuxless_iterate_phdr(use_info *use, void *data) __asm__("__linuxless_iterate_phdr");
void *__tls_get_addr(size_t *index);

int
linuxless_iterate_phdr(use_info *use, void *data)
{
	const ElfW(Phdr) *headers = (const void *)(uintptr_t)getauxval(AT_PHDR);
	struct dl_phdr_info info = {
		.dlpi_name = "",
		.dlpi_phdr = headers,
		.dlpi_phnum = (ElfW(Half))getauxval(AT_PHNUM),
		.dlpi_adds = 1,
	};

	for (unsigned i = 0; i < info.dlpi_phnum; i++) {
		if (headers[i].p_type != PT_TLS)
			continue;
		info.dlpi_tls_modid = 1;
		info.dlpi_tls_data = __tls_get_addr((size_t[]){1, 0});
	}
	return use(&info, sizeof(info), data);
}
