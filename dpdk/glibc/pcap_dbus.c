/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Debian's libpcap can capture what goes over D-Bus, and refers to libdbus, whose own dependences
 * have no archives. There is no D-Bus here: these two stand in for that part of libpcap, linked
 * before it, and say so as its own would without a bus. (libpcap 1.10, pcap-dbus.h)
 */
#include <stddef.h>

int dbus_findalldevs(void *devices, char *error);
void *dbus_create(const char *device, char *error, int *is_ours);

/* Adds no device to the list. */
int
dbus_findalldevs(void *devices, char *error)
{
	(void)devices;
	(void)error;
	return 0;
}

/* No device is a bus of D-Bus. */
void *
dbus_create(const char *device, char *error, int *is_ours)
{
	(void)device;
	(void)error;
	*is_ours = 0;
	return NULL;
}
