/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Settings that only an image with a network stack has.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "kernel/loader/settings.h"
#include "libc/far/far.h"

static struct settings_text texts[] = {
	{"net", "PCI address or MAC, then dhcp or address/length[,gw=A][,dns=A][,vlan=N][,poll=MS]",
	 NULL},
	{"metrics", "a TCP port", NULL},
	{"syslog", "a collector's name or address, and with :PORT its port", NULL},
};
static struct settings_text *const pointers[] SETTINGS_TEXT_POINTER = {&texts[0], &texts[1],
								      &texts[2]};

const char *
far_setting(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(texts); i++)
		if (string_equal(texts[i].name, name))
			return texts[i].value;
	return NULL;
}
