/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a C++ program needs beside its library: the way from an address to the tables by which an
 * exception goes up the stack. GCC's unwinder, as Debian has it, asks the C library: glibc's
 * _dl_find_object() (glibc's manual, "Dynamic Linker Introspection"). musl has none; here there is
 * one image, so the answer is always the same tables.
 */
#include <stddef.h>
#include <stdint.h>

/* glibc's <dlfcn.h>, x86-64. */
struct dl_find_object {
	unsigned long long flags;
	const void *map_start;
	const void *map_end;
	void *link_map;
	const void *eh_frame; /* PT_GNU_EH_FRAME: the sorted table of .eh_frame_hdr */
	unsigned long long reserved[7];
};
_Static_assert(offsetof(struct dl_find_object, eh_frame) == 32 &&
		       sizeof(struct dl_find_object) == 96,
	       "the unwinder's view");

/* linker.ld, unwind.ld */
extern const uint8_t text_start[] __asm__("__linuxless_text_start");
extern const uint8_t text_end[] __asm__("__linuxless_text_end");
extern const uint8_t unwind_start[] __asm__("__linuxless_unwind_start");

/* Destructors of static objects are registered for it; it is a shared library's, here nobody's. */
__attribute__((visibility("hidden"))) void *const __dso_handle = NULL;

int _dl_find_object(const void *address, struct dl_find_object *result);

/* Fills *result and returns 0 for an address in the image's functions, else returns -1. */
int
_dl_find_object(const void *address, struct dl_find_object *result)
{
	if ((const uint8_t *)address < text_start || (const uint8_t *)address >= text_end)
		return -1;
	*result = (struct dl_find_object){
		.map_start = text_start,
		.map_end = text_end,
		.eh_frame = unwind_start,
	};
	return 0;
}
