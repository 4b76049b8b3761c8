/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a static program needs beside some of Debian's archives. The linker takes this file before
 * them, and leaves out what nothing refers to.
 */
#include <stddef.h>

/*
 * libpcap can capture what goes over D-Bus, and refers to libdbus, whose own dependences have no
 * archives. There is no D-Bus here: these two stand in for that part of libpcap, and answer as it
 * would without a bus (libpcap 1.10, pcap-dbus.h).
 */
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

/*
 * DPDK's crypto_openssl loads OpenSSL's "legacy" provider, which Debian has as a shared library
 * alone, and without it none: OpenSSL then has no ciphers at all. With the default one loaded
 * before, all but those of the legacy one (single DES) are there.
 */
extern const void *const rte_openssl_pmd_ops __attribute__((weak));
void *OSSL_PROVIDER_load(void *context, const char *name) __attribute__((weak));

__attribute__((constructor)) static void
load_default_provider(void)
{
	if (&rte_openssl_pmd_ops && OSSL_PROVIDER_load)
		OSSL_PROVIDER_load(NULL, "default");
}
