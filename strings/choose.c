/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The C library's names: each goes through a pointer, which at first is a function that looks at
 * the CPU, stores the pointer and goes on. So there is no order of starting to keep, and what a
 * program never calls is not linked. CPUs that call it for the first time at once store the same.
 *
 * The names are weak: a program may have a memcpy() of its own.
 */
#include "strings/functions.h"
#include "strings/level.h"

#define EXPORTED __attribute__((weak))

static enum strings_level
choose_level(void)
{
	static int known; /* one more than the level */
	int level = __atomic_load_n(&known, __ATOMIC_RELAXED);
	if (!level) {
		level = strings_level() + 1;
		__atomic_store_n(&known, level, __ATOMIC_RELAXED);
	}
	return level - 1;
}

#define CHOOSE(result, name, parameters, arguments) \
	static result choose_##name parameters; \
	static result(*chosen_##name) parameters = choose_##name; \
	static result choose_##name parameters \
	{ \
		chosen_##name = choose_level() == STRINGS_AVX2 ? name##_avx2 : name##_sse2; \
		return chosen_##name arguments; \
	} \
	EXPORTED result name parameters; \
	result name parameters \
	{ \
		return chosen_##name arguments; \
	}
STRINGS_FUNCTIONS(CHOOSE)

EXPORTED void *memcpy(void *to, const void *from, size_t length);
EXPORTED int bcmp(const void *a, const void *b, size_t length);

void *
memcpy(void *to, const void *from, size_t length)
{
	return chosen_memmove(to, from, length);
}

int
bcmp(const void *a, const void *b, size_t length)
{
	return chosen_memcmp(a, b, length);
}

/* By these names musl's own functions call them. */
EXPORTED char *__stpcpy(char *to, const char *from) __attribute__((alias("stpcpy")));
EXPORTED char *__strchrnul(const char *text, int byte) __attribute__((alias("strchrnul")));
