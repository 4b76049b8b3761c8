/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lspci: what is on the PCI bus, by numbers, since there is no list of vendors; classes have their
 * names (PCI Code and ID Assignment 1.11 §1).
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

#define DEVICES "/sys/bus/pci/devices"
#define PATH_SIZE 300

struct lspci {
	bool domains, numbers, both;
	long vendor, device; /* -1: any */
	const char *slot;    /* the end of an address; NULL: any */
};

static const struct {
	unsigned code;
	const char *name;
} classes[] = {
	{0x0100, "SCSI storage controller"},
	{0x0101, "IDE interface"},
	{0x0106, "SATA controller"},
	{0x0107, "Serial Attached SCSI controller"},
	{0x0108, "Non-Volatile memory controller"},
	{0x0200, "Ethernet controller"},
	{0x0207, "Infiniband controller"},
	{0x0280, "Network controller"},
	{0x0300, "VGA compatible controller"},
	{0x0380, "Display controller"},
	{0x0403, "Audio device"},
	{0x0500, "RAM memory"},
	{0x0600, "Host bridge"},
	{0x0601, "ISA bridge"},
	{0x0604, "PCI bridge"},
	{0x0680, "Bridge"},
	{0x0700, "Serial controller"},
	{0x0780, "Communication controller"},
	{0x0880, "System peripheral"},
	{0x0c03, "USB controller"},
	{0x0c05, "SMBus"},
	{0x1000, "Network and computing encryption device"},
	{0x1200, "Processing accelerators"},
};

static const char *
class_name(unsigned code)
{
	for (unsigned i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].code == code)
			return classes[i].name;
	return "Unassigned class";
}

static long
read_field(const char *address, const char *field)
{
	char path[PATH_SIZE], text[32];
	FILE *file;
	long value = -1;

	snprintf(path, sizeof(path), DEVICES "/%s/%s", address, field);
	file = fopen(path, "r");
	if (file != NULL && fgets(text, sizeof(text), file) != NULL)
		value = strtol(text, NULL, 16);
	if (file != NULL)
		fclose(file);
	return value;
}

static void
tell(const char *address, const struct lspci *how, FILE *out)
{
	long vendor = read_field(address, "vendor"), device = read_field(address, "device");
	unsigned class = (unsigned)read_field(address, "class") >> 8;
	bool domain = how->domains || strncmp(address, "0000:", 5) != 0;

	if ((how->vendor >= 0 && vendor != how->vendor) ||
	    (how->device >= 0 && device != how->device) ||
	    (how->slot != NULL && strstr(address, how->slot) == NULL))
		return;
	fprintf(out, "%s ", domain ? address : address + 5);
	if (how->numbers)
		fprintf(out, "%04x: %04lx:%04lx\n", class, vendor, device);
	else if (how->both)
		fprintf(out, "%s [%04x]: Device [%04lx:%04lx]\n", class_name(class), class, vendor,
			device);
	else
		fprintf(out, "%s: Device %04lx:%04lx\n", class_name(class), vendor, device);
}

/* "1af4:1041", either part may be missing. */
static void
parse_id(const char *text, struct lspci *how)
{
	const char *colon = strchr(text, ':');

	if (*text != ':')
		how->vendor = strtol(text, NULL, 16);
	if (colon != NULL && colon[1] != '\0')
		how->device = strtol(colon + 1, NULL, 16);
}

static bool
parse(int argc, char **argv, struct lspci *how)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-D") == 0)
			how->domains = true;
		else if (strcmp(argv[i], "-n") == 0)
			how->numbers = true;
		else if (strcmp(argv[i], "-nn") == 0)
			how->both = true;
		else if (strcmp(argv[i], "-Dnn") == 0 || strcmp(argv[i], "-nnD") == 0)
			how->domains = how->both = true;
		else if (strcmp(argv[i], "-d") == 0 && i + 1 < argc)
			parse_id(argv[++i], how);
		else if (strcmp(argv[i], "-s") == 0 && i + 1 < argc)
			how->slot = argv[++i];
		else
			return false;
	}
	return true;
}

int
command_lspci(int argc, char **argv, const struct command_streams *streams)
{
	struct lspci how = {.vendor = -1, .device = -1};
	struct dirent **entries;
	int count;

	if (!parse(argc, argv, &how)) {
		fprintf(streams->error,
			"lspci: -D, -n, -nn, -d VENDOR:DEVICE, -s SLOT are known\n");
		return 1;
	}
	count = scandir(DEVICES, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.')
			tell(entries[i]->d_name, &how, streams->out);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return count >= 0 ? 0 : 1;
}
