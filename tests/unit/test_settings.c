/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/loader/settings.c kernel/loader/settings_sriov.c kernel/base/string.c */
/* SOURCES: kernel/loader/words.c */
/*
 * The command line: words and quotes, argv, each setting with good and bad values, and the report
 * of what was not understood.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "kernel/cpu/softtlb.h"
#include "kernel/loader/boot_info.h"
#include "kernel/loader/settings.h"
#include "tests/unit/check.h"

struct boot_info boot_info;

static char log_text[65536];
static size_t log_length;

void
log_message(enum log_level level, const char *format, ...)
{
	va_list arguments;

	(void)level;
	va_start(arguments, format);
	log_length += (size_t)vsnprintf(log_text + log_length, sizeof(log_text) - log_length,
					format, arguments);
	va_end(arguments);
	log_length += (size_t)snprintf(log_text + log_length, sizeof(log_text) - log_length, "\n");
}

static void
parse_whole(const char *line)
{
	snprintf(boot_info.command_line, sizeof(boot_info.command_line), "%s", line);
	settings_parse();
	log_text[0] = '\0';
	log_length = 0;
	settings_report();
}

/* The same with a file name before it. */
static void
parse(const char *line)
{
	static char named[BOOT_COMMAND_LINE_SIZE + 16];

	snprintf(named, sizeof(named), "app.elf %s", line);
	boot_info.strings_have_file = true;
	parse_whole(named);
}

/* argv behind the file's name is what is listed, and ends with NULL. */
static void
check_argv(const char *line, int count, ...)
{
	va_list due;

	parse(line);
	CHECK_STRING(settings_argv[0], "app.elf");
	va_start(due, count);
	if (CHECK_EQ(settings_argc, count + 1))
		for (int i = 1; i <= count; i++)
			CHECK_STRING(settings_argv[i], va_arg(due, const char *));
	va_end(due);
	CHECK(settings_argv[settings_argc] == NULL);
}

static void
test_words(void)
{
	check_argv("", 0);
	check_argv("   \t ", 0);
	check_argv("-l 0-3 -a 0000:02:00.0 -- -p 3", 7, "-l", "0-3", "-a", "0000:02:00.0", "--",
		   "-p", "3");
	check_argv("a\tb\nc\r", 3, "a", "b", "c");
	check_argv("'two words' \"three of them\"", 2, "two words", "three of them");
	check_argv("a\\ b", 1, "a b");
	check_argv("x'y z'w", 1, "xy zw");
	check_argv("'' \"\"", 2, "", "");
	check_argv("'a\\b' 'a\"b' \"a'b\"", 3, "a\\b", "a\"b", "a'b");
	check_argv("\"a\\b\" \"a\\\"b\" \"a\\\\b\" \"a\\'b\"", 4, "a\\b", "a\"b", "a\\b", "a'b");
	check_argv("\\'a \\\\", 2, "'a", "\\");
	check_argv("end\\", 1, "end\\");
	check_argv("--lcores=(0,1)@2", 1, "--lcores=(0,1)@2");
}

/* bare.arg= is an argument as well, where it stands. */
static void
test_encoded(void)
{
	check_argv("a bare.arg= b", 3, "a", "", "b");
	check_argv("bare.arg", 1, "");
	check_argv("bare.arg=a%09b%0A bare.lspci bare.arg=%25%c3%BC", 2, "a\tb\n", "%\xc3\xbc");
	check_argv("bare.arg=bare.lspci", 1, "bare.lspci");
	CHECK_EQ(log_length, 0);
	for (unsigned i = 0; i < 5; i++) {
		static const char *const wrong[] = {"x%", "%1", "%00", "%g0", "%0g"};
		char line[64];

		snprintf(line, sizeof(line), "a bare.arg=%s b", wrong[i]);
		check_argv(line, 2, "a", "b");
		CHECK(strstr(log_text, "bare.arg=") != NULL);
	}
}

static void
test_open_quotes(void)
{
	check_argv("'never closed", 1, "never closed");
	CHECK(strstr(log_text, "quotes") != NULL);
	parse("'closed'");
	CHECK_EQ(log_length, 0);
}

static void
test_file_name(void)
{
	boot_info.strings_have_file = true;
	parse_whole("bare.elf bare.cpus=2 x");
	CHECK_STRING(settings_argv[0], "bare.elf");
	CHECK_STRING(settings_argv[1], "x");
	CHECK_EQ(settings.cpus, 2);

	parse_whole("");
	CHECK_EQ(settings_argc, 1);
	CHECK(settings_argv[0] != NULL);

	boot_info.strings_have_file = false;
	parse_whole("bare.cpus=3 -l 0");
	CHECK_EQ(settings_argc, 3);
	CHECK_STRING(settings_argv[0], "linuxless");
	CHECK_STRING(settings_argv[1], "-l");
	CHECK_EQ(settings.cpus, 3);
}

static void
test_defaults(void)
{
	parse("");
	CHECK_EQ(settings.cpus, 0);
	CHECK_EQ(settings.loglevel, LOG_INFO);
	CHECK_EQ(settings.panic, END_HALT);
	CHECK_EQ(settings.panic_seconds, 0);
	CHECK_EQ(settings.exit, END_HALT);
	CHECK(!settings.lspci && !settings.bootstat);
	CHECK_EQ(settings.console_count, 0);
	CHECK_EQ(log_length, 0);
}

static void
test_good_values(void)
{
	parse("bare.cpus=1024 bare.loglevel=debug bare.panic=reboot:30 bare.exit=poweroff "
	      "bare.lspci bare.bootstat bare.console=ttyS1,115200n8 bare.console=vga");
	CHECK_EQ(log_length, 0);
	CHECK_EQ(settings_argc, 1);
	CHECK_EQ(settings.cpus, 1024);
	CHECK_EQ(settings.loglevel, LOG_DEBUG);
	CHECK_EQ(settings.panic, END_REBOOT);
	CHECK_EQ(settings.panic_seconds, 30);
	CHECK_EQ(settings.exit, END_POWEROFF);
	CHECK(settings.lspci && settings.bootstat);
	CHECK_EQ(settings.console_count, 2);
	CHECK_STRING(settings.console[0].text, "ttyS1,115200n8");
	CHECK_STRING(settings.console[1].text, "vga");

	parse("bare.loglevel=1 bare.panic=debug bare.exit=debug bare.cpus=0x10");
	CHECK_EQ(settings.loglevel, LOG_ERROR);
	CHECK_EQ(settings.panic, END_DEBUG);
	CHECK_EQ(settings.exit, END_DEBUG);
	CHECK_EQ(settings.cpus, 16);
	CHECK(!settings.usb_stays && !settings.x2apic);
	parse("bare.usb=firmware bare.x2apic");
	CHECK(settings.usb_stays && settings.x2apic);
	CHECK_EQ(settings.softtlb, SOFTTLB_DEFAULT);
	parse("bare.watchdog=0");
	CHECK_EQ(settings.watchdog, 0);
	parse("bare.watchdog=3601");
	CHECK_EQ(settings.watchdog, 0);
	parse("bare.watchdog=5");
	CHECK_EQ(settings.watchdog, 5);
	parse("bare.softtlb=8192");
	CHECK_EQ(settings.softtlb, 8192);
	parse("bare.softtlb=off");
	CHECK_EQ(settings.softtlb, SOFTTLB_OFF);
	parse("bare.power=2400 bare.idle=mwait");
	CHECK(settings.power_mhz == 2400 && !settings.power_stays);
	CHECK(settings.idle_mwait && !settings.idle_hlt);
	parse("bare.power=2400 bare.power=firmware bare.idle=mwait bare.idle=hlt");
	CHECK(settings.power_mhz == 0 && settings.power_stays);
	CHECK(settings.idle_hlt && !settings.idle_mwait);
	parse("bare.power=firmware bare.power=performance");
	CHECK(settings.power_mhz == 0 && !settings.power_stays);
	CHECK(settings.dpdk_megabytes == 0 && settings.dpdk_percent == 0);
	parse("bare.dpdk-memory=600");
	CHECK(settings.dpdk_megabytes == 600 && settings.dpdk_percent == 0);
	parse("bare.dpdk-memory=600 bare.dpdk-memory=25%");
	CHECK(settings.dpdk_megabytes == 0 && settings.dpdk_percent == 25);
	parse("bare.dpdk-memory=100%");
	CHECK_EQ(settings.dpdk_percent, 100);
	parse("bare.usb=firmware bare.usb=handoff");
	CHECK(!settings.usb_stays);
	CHECK_EQ(log_length, 0);
	parse("bare.panic=reboot bare.exit=reboot bare.loglevel=warning 'bare.panic=halt'");
	CHECK_EQ(settings.panic, END_HALT);
	CHECK_EQ(settings.exit, END_REBOOT);
	CHECK_EQ(settings.loglevel, LOG_WARNING);
}

/* Each is reported under its name, with the list of those that exist, and changes nothing. */
static void
test_bad_values(void)
{
	static const char *const bad[] = {
		"bare.",
		"bare.nonsense",
		"bare.cpusx=1",
		"bare.cpu=1",
		"bare.cpus",
		"bare.cpus=",
		"bare.cpus=0",
		"bare.cpus=1025",
		"bare.cpus=x",
		"bare.cpus=99999999999999999999",
		"bare.loglevel=loud",
		"bare.loglevel=0",
		"bare.loglevel=5",
		"bare.panic=poweroff",
		"bare.panic=reboot:",
		"bare.panic=reboot:3601",
		"bare.panic",
		"bare.exit=reboot:3",
		"bare.exit=",
		"bare.lspci=1",
		"bare.bootstat=yes",
		"bare.x2apic=1",
		"bare.softtlb",
		"bare.softtlb=1000",
		"bare.softtlb=131072",
		"bare.dpdk-memory",
		"bare.dpdk-memory=",
		"bare.dpdk-memory=%",
		"bare.dpdk-memory=0",
		"bare.dpdk-memory=0%",
		"bare.dpdk-memory=101%",
		"bare.dpdk-memory=20%%",
		"bare.dpdk-memory=512M",
		"bare.dpdk-memory=4294967297",
		"bare.dpdk-memory=000000000000000000000000001",
		"bare.usb",
		"bare.usb=on",
		"bare.power",
		"bare.power=99",
		"bare.power=10001",
		"bare.idle=c6",
		"bare.console=",
		"bare.console=a-name-that-is-far-longer-than-any-console",
	};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parse(bad[i]);
		if (!CHECK(strstr(log_text, bad[i]) && strstr(log_text, "bare.loglevel=")))
			printf("  not reported: %s\n", bad[i]);
		CHECK_EQ(settings_argc, 1);
		CHECK_EQ(settings.cpus, 0);
		CHECK_EQ(settings.loglevel, LOG_INFO);
		CHECK_EQ(settings.panic, END_HALT);
		CHECK_EQ(settings.exit, END_HALT);
		CHECK_EQ(settings.console_count, 0);
	}
}

static void
test_too_many(void)
{
	static char line[BOOT_COMMAND_LINE_SIZE];
	size_t at = 0;

	for (int i = 0; i < ARGV_MAX + 9; i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, "w%d ", i);
	parse(line);
	CHECK_EQ(settings_argc, ARGV_MAX);
	CHECK(settings_argv[ARGV_MAX] == NULL);
	CHECK_STRING(settings_argv[ARGV_MAX - 1], "w510");
	CHECK(strstr(log_text, "10 dropped") != NULL);

	at = 0;
	for (int i = 0; i < 30; i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, "bare.wrong%d ", i);
	parse(line);
	CHECK(strstr(log_text, "bare.wrong15 ") && !strstr(log_text, "bare.wrong16 "));
	CHECK(strstr(log_text, "14 more") != NULL);

	parse("bare.console=a bare.console=b bare.console=c bare.console=d bare.console=e");
	CHECK_EQ(settings.console_count, CONSOLE_SPECS_MAX);
	CHECK(strstr(log_text, "bare.console=e") != NULL);
}

/* 4,096 characters are promised: all of a full line arrives. */
static void
test_longest_line(void)
{
	static char line[BOOT_COMMAND_LINE_SIZE - 8];

	memset(line, 'x', sizeof(line) - 1);
	parse(line);
	CHECK_EQ(settings_argc, 2);
	CHECK_EQ(strlen(settings_argv[1]), sizeof(line) - 1);
	for (size_t i = 1; i < sizeof(line) - 1; i += 2)
		line[i] = ' ';
	parse(line);
	CHECK_EQ(settings_argc, ARGV_MAX);
}

static void
test_sriov(void)
{
	static const char *const bad[] = {"",
					  "0000:01:00.0",
					  "0000:01:00.0=",
					  "0000:01:00.0=0",
					  "0000:01:00.0=65536",
					  "0000:01:00.0=x",
					  "0000:01:00.8=1",
					  "0000:01:20.0=1",
					  "0000:100:00.0=1",
					  "10000:01:00.0=1",
					  "1:2:3:4.0=1",
					  "01:00=1",
					  ":01:00.0=1",
					  "0000::00.0=1",
					  "0000:01:.0=1",
					  "0000:01:00.=1",
					  "0000:01:0g.0=1",
					  "0000:01:00.0=1 2",
					  "0000:01:00.0=-1"};
	char line[64];

	parse("bare.sriov=0001:0A:1f.7=63 bare.sriov=3:0.1=65535");
	CHECK_EQ(log_length, 0);
	CHECK_EQ(settings.sriov_count, 2);
	CHECK_EQ(settings.sriov[0].segment, 1);
	CHECK_EQ(settings.sriov[0].bus, 10);
	CHECK_EQ(settings.sriov[0].device, 31);
	CHECK_EQ(settings.sriov[0].function, 7);
	CHECK_EQ(settings.sriov[0].count, 63);
	CHECK_EQ(settings.sriov[1].segment, 0);
	CHECK_EQ(settings.sriov[1].bus, 3);
	CHECK_EQ(settings.sriov[1].count, 65535);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "\"bare.sriov=%s\"", bad[i]);
		parse(line);
		CHECK_EQ(settings.sriov_count, 0);
		snprintf(line, sizeof(line), "settings: bare.sriov=%s is unknown or malformed",
			 bad[i]);
		CHECK(strstr(log_text, line) != NULL);
	}
}

/* What a part that not every image has would bring, in place of host_settings.c. */
struct settings_text test_text = {"part", "text", NULL};
__asm__(".pushsection .data, \"aw\"\n"
	".balign 8\n"
	".globl __linuxless_settings_start, __linuxless_settings_end\n"
	"__linuxless_settings_start: .quad test_text\n"
	"__linuxless_settings_end:\n"
	".popsection\n");

static void
test_texts(void)
{
	parse("bare.part");
	CHECK(strstr(log_text, "bare.part is unknown or malformed"));
	CHECK(strstr(log_text, "there is bare.part=text"));
	parse("bare.part=a,b=c bare.partly=d x");
	CHECK_STRING(test_text.value, "a,b=c");
	CHECK(strstr(log_text, "bare.partly=d is unknown or malformed"));
	CHECK_EQ(settings_argc, 2);
}

int
main(void)
{
	test_words();
	test_encoded();
	test_open_quotes();
	test_file_name();
	test_defaults();
	test_good_values();
	test_bad_values();
	test_too_many();
	test_longest_line();
	test_sriov();
	test_texts();
	return check_end();
}
