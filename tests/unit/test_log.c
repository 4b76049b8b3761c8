/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/base/log.c kernel/base/format.c */
/* The log's lines: what is before them, what is left out, and how one that is too long ends. */
#include <stdint.h>

#include "kernel/base/log.h"
#include "tests/unit/check.h"

static char written[4096];
static size_t written_length;

static void
keep(const char *line, size_t length)
{
	memcpy(written + written_length, line, length);
	written_length += length;
	written[written_length] = '\0';
}

static uint64_t
time_of_test(void)
{
	return 12345678901;
}

static void
forget(void)
{
	written_length = 0;
	written[0] = '\0';
}

static void
test_lines(void)
{
	log_error("nobody hears"); /* no output yet */
	log_set_output(keep);
	log_info("one of %d", 2);
	CHECK_STRING(written, "[    0.000000] one of 2\n");
	forget();
	log_set_time(time_of_test);
	log_warning("later");
	CHECK_STRING(written, "[   12.345678] warning: later\n");
	forget();
}

static void
test_limit(void)
{
	log_set_limit(LOG_WARNING);
	log_info("not written");
	CHECK_EQ(written_length, 0);
	log_error("written");
	CHECK(strstr(written, "error: written\n") != NULL);
	log_set_limit(LOG_INFO);
	forget();
}

/* A line of any length is one line; one that has no room says that it was cut. */
static void
test_long_lines(void)
{
	char text[1000];
	bool was_cut = false;

	for (size_t length = 1; length < sizeof(text); length++) {
		memset(text, 'x', length);
		text[length] = '\0';
		forget();
		log_info("%s", text);
		CHECK_EQ(strchr(written, '\n') - written, written_length - 1);
		if (strstr(written, text)) {
			CHECK(!was_cut); /* once too long, always too long */
		} else {
			was_cut = true;
			CHECK(strstr(written, "xxx") && written[written_length - 2] != 'x');
		}
	}
	CHECK(was_cut);
}

int
main(void)
{
	test_lines();
	test_limit();
	test_long_lines();
	return check_end();
}
