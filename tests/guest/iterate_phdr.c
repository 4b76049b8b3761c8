/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A program takes the place of dl_iterate_phdr(), and asks dlsym() for the one behind it.
 */
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

#include "tests/unit/check.h"

typedef int use_info(struct dl_phdr_info *info, size_t size, void *data);
typedef int iterate(use_info *use, void *data);

static _Thread_local int in_tls = 5;
static unsigned calls;

int main(void);

int
dl_iterate_phdr(use_info *use, void *data)
{
	calls++;
	return ((iterate *)dlsym(RTLD_NEXT, "dl_iterate_phdr"))(use, data);
}

/* What of the image's segments holds an address. */
struct search {
	const void *address;
	uint32_t type;
	unsigned objects, found;
};

static int
look(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;

	CHECK(size >= offsetof(struct dl_phdr_info, dlpi_tls_data) + sizeof(void *));
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t base = info->dlpi_addr + header->p_vaddr;

		if (header->p_type == PT_TLS)
			base = (uintptr_t)info->dlpi_tls_data;
		search->found += header->p_type == search->type &&
				 (uintptr_t)search->address - base < header->p_memsz;
	}
	return search->objects++ == 0 && *info->dlpi_name == '\0' ? 0 : 9;
}

static int
stop(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	(void)size;
	(void)data;
	return 7;
}

static void
segments(iterate *how)
{
	struct search data = {.address = &calls, .type = PT_LOAD};
	struct search text = {.address = (const void *)main, .type = PT_LOAD};
	struct search tls = {.address = &in_tls, .type = PT_TLS};

	how(look, &data);
	how(look, &text);
	how(look, &tls);
	CHECK(data.found == 1 && text.found == 1 && tls.found == 1);
	CHECK_EQ(how(stop, NULL), 7);
}

int
main(void)
{
	iterate *next = (iterate *)dlsym(RTLD_NEXT, "dl_iterate_phdr");

	if (!CHECK(next != NULL && next != dl_iterate_phdr))
		return check_end();
	CHECK(dlsym(RTLD_DEFAULT, "dl_iterate_phdr") == (void *)dl_iterate_phdr);
	segments(next);
	CHECK_EQ(calls, 0);
	segments(dl_iterate_phdr);
	CHECK_EQ(calls, 4);
	dlerror();
	CHECK(dlsym(RTLD_DEFAULT, "no_such_function") == NULL);
	CHECK(dlerror() != NULL);
	return check_end();
}
