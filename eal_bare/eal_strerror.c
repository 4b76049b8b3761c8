/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The text of an unknown error number. musl has "No error information" for all of them;
 * DPDK's rte_strerror() takes the C library's text, and its users expect the number in it, as the
 * other C libraries that DPDK runs on have it. The linker sends calls of strerror() here
 * (dpdk/link-args, --wrap=strerror), those of musl's own perror() and strerror_r() as well.
 */
#include <stdio.h>

#define TEXT_SIZE 32

char *__real_strerror(int error);
char *__wrap_strerror(int error);

/* musl gives one and the same text, that of 0, for an unknown one. */
char *
__wrap_strerror(int error)
{
	static __thread char text[TEXT_SIZE];
	char *known = __real_strerror(error);

	if (error == 0 || known != __real_strerror(0))
		return known;
	snprintf(text, sizeof(text), "Unknown error %d", error);
	return text;
}
