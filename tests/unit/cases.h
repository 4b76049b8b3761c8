/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cases that begin with fresh state of the sources: each in a process of its own. There panic()
 * ends the case, which may be what is due; what was said is kept (tests/unit/log_captured.h).
 */
#ifndef TESTS_UNIT_CASES_H
#define TESTS_UNIT_CASES_H

#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/base/panic.h"
#include "tests/unit/check.h"
#include "tests/unit/log_captured.h"

static const char *case_panic; /* the panic that ends this case well; NULL: none does */

void
panic(const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (!case_panic || !strstr(text, case_panic)) {
		printf("panic: %s\n", text);
		exit(EXIT_FAILURE);
	}
	exit(check_failures != 0);
}

/* From here on the case ends by a panic that has this text, or fails. */
static inline void
case_must_panic(const char *text)
{
	case_panic = text;
}

struct test_case {
	const char *name;
	void (*run)(void);
};

#define CASE(function)                                                                             \
	{                                                                                          \
		#function, function                                                                \
	}

/* Runs a case; a failure in it is one here. */
static inline void
case_run(const struct test_case *test)
{
	int status = -1;

	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		check_failures = 0;
		test->run();
		if (case_panic)
			printf("%s: no panic\n", test->name);
		exit(case_panic || check_failures != 0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	check_true(status == 0, test->name, "case", 0);
}

#endif
