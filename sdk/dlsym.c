/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dlsym() for what C++ programs ask of it in a static image: the functions that they put in the
 * place of the library's own, and from there call (Seastar does, to count exceptions and to look
 * for their tables without a lock). Of any other name the C library says that there is none.
 *
 * RTLD_NEXT finds the library's function, RTLD_DEFAULT that of the image.
 */
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

typedef void function(void);

/* The C library's dlsym(): not found. */
void *__dlsym(void *handle, const char *name, void *caller);

/* The library's dl_iterate_phdr(): sdk/musl/iterate_phdr.c, sdk/iterate_phdr_glibc.c. */
int linuxless_iterate_phdr(int (*use)(struct dl_phdr_info *info, size_t size, void *data),
			   void *data) __asm__("__linuxless_iterate_phdr");

/*
 * GCC's unwinder, in images of C++: under a name of its own where the program has one of the usual
 * name (sdk/compiler/image.py).
 */
__attribute__((weak)) function raise_exception __asm__("_Unwind_RaiseException");
__attribute__((weak)) function raise_exception_next __asm__("__linuxless_raise_exception");

static void *
find_raise_exception(void *handle)
{
	function *next = raise_exception_next;

	return (void *)(handle == RTLD_NEXT && next != NULL ? next : raise_exception);
}

void *
dlsym(void *restrict handle, const char *restrict name)
{
	void *found = NULL;

	if (handle == RTLD_NEXT || handle == RTLD_DEFAULT) {
		if (strcmp(name, "dl_iterate_phdr") == 0)
			found = handle == RTLD_NEXT ? (void *)linuxless_iterate_phdr
						    : (void *)dl_iterate_phdr;
		else if (strcmp(name, "_Unwind_RaiseException") == 0)
			found = find_raise_exception(handle);
	}
	return found != NULL ? found : __dlsym(handle, name, __builtin_return_address(0));
}
