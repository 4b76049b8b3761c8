/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Splits the command line into words, in a copy; words that begin with "bare." set a field through
 * the table below, the others become argv. What cannot be taken is kept by reference and reported
 * once the console is up.
 */
#include "kernel/loader/settings.h"

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info.h"
#include "kernel/loader/words.h"

#define PREFIX "bare."
#define WATCHDOG_MAX 3600
#define REJECTED_MAX 16
#define PANIC_SECONDS_MAX 3600
#define POWER_MHZ_MIN 100
#define POWER_MHZ_MAX 10000
#define DPDK_MEGABYTES_MAX ((uint64_t)1 << 32)

#define DEFAULTS {.loglevel = LOG_INFO, .softtlb = SOFTTLB_DEFAULT}

struct settings settings = DEFAULTS;

int settings_argc;
char *settings_argv[ARGV_MAX + 1];

static char words[BOOT_COMMAND_LINE_SIZE];
static const char *rejected[REJECTED_MAX];
static unsigned rejected_count; /* may be more than REJECTED_MAX: the rest is only counted */
static unsigned arguments_dropped;
static bool quote_open;

static const struct {
	const char *name;
	enum end_action action;
} end_actions[] = {
	{"halt", END_HALT},
	{"reboot", END_REBOOT},
	{"poweroff", END_POWEROFF},
	{"debug", END_DEBUG},
};

static int
parse_end_action(const char *value, enum end_action *action)
{
	for (unsigned i = 0; i < ARRAY_SIZE(end_actions); i++) {
		if (string_equal(value, end_actions[i].name)) {
			*action = end_actions[i].action;
			return 0;
		}
	}
	return -EINVAL;
}

static int
set_cpus(const char *value)
{
	uint64_t number;

	if (string_to_u64(value, CPUS_MAX, &number) != 0 || number == 0)
		return -EINVAL;
	settings.cpus = (uint32_t)number;
	return 0;
}

static int
set_loglevel(const char *value)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};
	uint64_t number;

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (string_equal(value, names[i])) {
			settings.loglevel = (enum log_level)(LOG_ERROR + i);
			return 0;
		}
	}
	if (string_to_u64(value, LOG_DEBUG, &number) != 0 || number < LOG_ERROR)
		return -EINVAL;
	settings.loglevel = (enum log_level)number;
	return 0;
}

static int
set_panic(const char *value)
{
	static const char seconds_follow[] = "reboot:";
	enum end_action action;
	uint64_t seconds;

	if (string_starts_with(value, seconds_follow)) {
		value += sizeof(seconds_follow) - 1;
		if (string_to_u64(value, PANIC_SECONDS_MAX, &seconds) != 0)
			return -EINVAL;
		settings.panic = END_REBOOT;
		settings.panic_seconds = (uint32_t)seconds;
		return 0;
	}
	if (parse_end_action(value, &action) != 0 || action == END_POWEROFF)
		return -EINVAL;
	settings.panic = action;
	return 0;
}

static int
set_exit(const char *value)
{
	settings.exit_given = true;
	return parse_end_action(value, &settings.exit);
}

static int
set_console(const char *value)
{
	struct console_spec *spec = &settings.console[settings.console_count];

	if (settings.console_count == CONSOLE_SPECS_MAX || value[0] == '\0' ||
	    string_length(value) >= sizeof(spec->text))
		return -EINVAL;
	string_copy(spec->text, value, sizeof(spec->text));
	settings.console_count++;
	return 0;
}

static int
set_usb(const char *value)
{
	settings.usb_stays = string_equal(value, "firmware");
	return settings.usb_stays || string_equal(value, "handoff") ? 0 : -EINVAL;
}

static int
set_sriov(const char *value)
{
	if (settings.sriov_count == SRIOV_SPECS_MAX ||
	    settings_parse_sriov(value, &settings.sriov[settings.sriov_count]) != 0)
		return -EINVAL;
	settings.sriov_count++;
	return 0;
}

static int
set_power(const char *value)
{
	uint64_t mhz = 0;
	bool named = string_equal(value, "firmware") || string_equal(value, "performance");

	if (!named && (string_to_u64(value, POWER_MHZ_MAX, &mhz) != 0 || mhz < POWER_MHZ_MIN))
		return -EINVAL;
	settings.power_stays = string_equal(value, "firmware");
	settings.power_mhz = (uint32_t)mhz;
	return 0;
}

static int
set_idle(const char *value)
{
	bool hlt = string_equal(value, "hlt");

	if (!hlt && !string_equal(value, "mwait"))
		return -EINVAL;
	settings.idle_hlt = hlt;
	settings.idle_mwait = !hlt;
	return 0;
}

static int
set_softtlb(const char *value)
{
	uint64_t entries = SOFTTLB_OFF;

	if (!string_equal(value, "off") &&
	    (string_to_u64(value, SOFTTLB_MAX, &entries) != 0 || (entries & (entries - 1)) != 0))
		return -EINVAL;
	settings.softtlb = (uint32_t)entries;
	return 0;
}

static int
set_watchdog(const char *value)
{
	uint64_t seconds;

	if (string_to_u64(value, WATCHDOG_MAX, &seconds) != 0 || seconds == 0)
		return -EINVAL;
	settings.watchdog = (uint32_t)seconds;
	return 0;
}

static int
set_dpdk_memory(const char *value)
{
	size_t length = string_length(value);
	bool percent = length != 0 && value[length - 1] == '%';
	uint64_t most = percent ? DPDK_PERCENT_MAX : DPDK_MEGABYTES_MAX, amount;
	char digits[24];

	if (length >= sizeof(digits))
		return -EINVAL;
	string_copy(digits, value, percent ? length : sizeof(digits));
	if (string_to_u64(digits, most, &amount) != 0 || amount == 0)
		return -EINVAL;
	settings.dpdk_percent = percent ? (uint32_t)amount : 0;
	settings.dpdk_megabytes = percent ? 0 : amount;
	return 0;
}

static void
add_argument(char *word)
{
	if (settings_argc == ARGV_MAX)
		arguments_dropped++;
	else
		settings_argv[settings_argc++] = word;
}

/* An argument as other words are, which a loader would not hand over as it is. */
static int
set_argument(const char *value)
{
	char *word = words + (value - words);
	int result = words_decode(word);

	if (result == 0)
		add_argument(word);
	return result;
}

static const struct setting {
	const char *name;
	const char *values; /* for the report; NULL: it takes none and sets a flag */
	int (*set)(const char *value);
	bool *flag;
} settings_table[] = {
	{"arg", "an argument, in it %XX for a character", set_argument, NULL},
	{"cpus", "1..1024", set_cpus, NULL},
	{"console", "ttyS0..ttyS3[,speed[n8]], spcr, vga or fb", set_console, NULL},
	{"loglevel", "error, warning, info or debug", set_loglevel, NULL},
	{"panic", "halt, reboot[:seconds] or debug", set_panic, NULL},
	{"exit", "halt, reboot, poweroff or debug", set_exit, NULL},
	{"x2apic", NULL, NULL, &settings.x2apic},
	{"usb", "handoff or firmware", set_usb, NULL},
	{"power", "performance, firmware or MHz, 100..10000", set_power, NULL},
	{"idle", "hlt or mwait", set_idle, NULL},
	{"softtlb", "off or a power of 2 up to 65536", set_softtlb, NULL},
	{"dpdk-memory", "MB, or 1..100%", set_dpdk_memory, NULL},
	{"lspci", NULL, NULL, &settings.lspci},
	{"sriov", "DOMAIN:BUS:DEV.FN=N", set_sriov, NULL},
	{"bootstat", NULL, NULL, &settings.bootstat},
	{"watchdog", "seconds, 1..3600", set_watchdog, NULL},
};

/* The value of a word that names the setting: "" without '=', NULL when it is another's. */
static const char *
value_of_word(const char *word, const struct setting *setting)
{
	size_t length = string_length(setting->name);

	if (!string_starts_with(word, setting->name))
		return NULL;
	if (word[length] == '\0')
		return word + length;
	return word[length] == '=' ? word + length + 1 : NULL;
}

/* Of parts that not every image has, by the linker script. */
extern struct settings_text *texts_start[] __asm__("__linuxless_settings_start");
extern struct settings_text *texts_end[] __asm__("__linuxless_settings_end");

static bool
apply_text(const char *word)
{
	for (struct settings_text **at = texts_start; at < texts_end; at++) {
		struct settings_text *text = *at;
		size_t length = string_length(text->name);

		if (!string_starts_with(word, text->name) || word[length] != '=')
			continue;
		text->value = word + length + 1;
		return true;
	}
	return false;
}

static int
apply_word(const char *word)
{
	for (unsigned i = 0; i < ARRAY_SIZE(settings_table); i++) {
		const char *value = value_of_word(word, &settings_table[i]);

		if (value == NULL)
			continue;
		if (settings_table[i].values != NULL)
			return settings_table[i].set(value);
		*settings_table[i].flag = value[0] == '\0';
		return *settings_table[i].flag ? 0 : -EINVAL;
	}
	return apply_text(word) ? 0 : -ENOENT;
}

/* The first word is argv[0], whatever the file is called. */
static void
take_word(char *word)
{
	if (settings_argc == 0 || !string_starts_with(word, PREFIX)) {
		add_argument(word);
		return;
	}
	if (apply_word(word + sizeof(PREFIX) - 1) == 0)
		return;
	if (rejected_count < REJECTED_MAX)
		rejected[rejected_count] = word;
	rejected_count++;
}

static void
reset(void)
{
	settings = (struct settings)DEFAULTS;
	settings_argc = 0;
	rejected_count = 0;
	arguments_dropped = 0;
	quote_open = false;
}

void
settings_parse(void)
{
	static char name_unknown[] = "linuxless";
	const char *in = words_skip_blanks(boot_info.command_line);
	char *out = words;

	reset();
	if (!boot_info.strings_have_file || *in == '\0')
		settings_argv[settings_argc++] = name_unknown;
	while (*in != '\0') {
		char *word = out;

		in = words_copy(in, &out, &quote_open);
		take_word(word);
	}
	settings_argv[settings_argc] = NULL;
	log_set_limit(settings.loglevel);
}

void
settings_report(void)
{
	for (unsigned i = 0; i < MIN(rejected_count, (unsigned)REJECTED_MAX); i++)
		log_error("settings: %s is unknown or malformed", rejected[i]);
	if (rejected_count > REJECTED_MAX)
		log_error("settings: and %u more", rejected_count - REJECTED_MAX);
	if (arguments_dropped != 0)
		log_error("settings: more than %d arguments: %u dropped", ARGV_MAX,
			  arguments_dropped);
	if (quote_open)
		log_error("settings: the command line ends between quotes");
	if (rejected_count == 0)
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(settings_table); i++)
		log_info("settings: there is " PREFIX "%s%s%s", settings_table[i].name,
			 settings_table[i].values == NULL ? "" : "=",
			 settings_table[i].values == NULL ? "" : settings_table[i].values);
	for (struct settings_text **at = texts_start; at < texts_end; at++)
		log_info("settings: there is " PREFIX "%s=%s", (*at)->name, (*at)->values);
}
