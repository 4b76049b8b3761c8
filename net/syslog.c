/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One datagram a line, from the boot's first that the console still has. What cannot be sent yet,
 * as there is no address or no answer to the collector's name, is kept where the lines are.
 */
#include "net/syslog.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "eal_bare/eal_net.h"
#include "libc/far/far.h"
#include "net/net_port.h"

#define FUTEX_WAIT_PRIVATE 128 /* as in musl, which has no header for it */
#define USUAL_PORT "514"
#define RETRY_SECONDS 2
#define FACILITY_KERNEL 0
#define FACILITY_USER 1
#define HOST_SIZE 256
#define HEAD_SIZE 160

static char host[HOST_SIZE];
static const char *port = USUAL_PORT;
static char sender[24]; /* the machine's name in messages */

/* Reads HOST, HOST:PORT, [ADDRESS]:PORT. */
static bool
read_setting(const char *text)
{
	char *colon;

	if (strlen(text) >= sizeof(host) || *text == '\0')
		return false;
	strcpy(host, *text == '[' ? text + 1 : text);
	if (*text == '[') {
		char *end = strchr(host, ']');

		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return false;
		if (end[1] == ':')
			port = end + 2;
		*end = '\0';
		return host[0] != '\0';
	}
	colon = strchr(host, ':');
	if (colon != NULL && strchr(colon + 1, ':') == NULL) {
		*colon = '\0';
		port = colon + 1;
	}
	return host[0] != '\0' && *port != '\0';
}

/* A socket that is connected to the collector; -1. */
static int
open_collector(void)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found;
	int fd = -1;

	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	for (struct addrinfo *each = found; each != NULL && fd < 0; each = each->ai_next) {
		fd = socket(each->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, each->ai_addr, each->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd;
}

static void
write_time(char *text, size_t size)
{
	struct timespec now;
	struct tm parts;
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	length = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, size - length, ".%06ldZ", now.tv_nsec / 1000);
}

/* Sends a line. Returns whether it has gone; what nobody takes there has. */
static bool
send_line(int fd, const struct far_line *line)
{
	char message[HEAD_SIZE + FAR_LINE_MAX], when[40];
	int facility = line->kernels ? FACILITY_KERNEL : FACILITY_USER, length;

	write_time(when, sizeof(when));
	length = snprintf(message, HEAD_SIZE, "<%d>1 %s %s %.48s - - - ",
			  facility * 8 + (int)line->severity, when, sender,
			  line->kernels ? "kernel" : program_invocation_short_name);
	memcpy(message + length, line->text, line->length);
	return send(fd, message, (size_t)length + line->length, 0) >= 0 || errno == ECONNREFUSED;
}

/* Sends what there is from *position on. Returns whether all of it has gone. */
static bool
send_lines(int fd, struct far_line *line)
{
	for (;;) {
		uint64_t before = line->position;

		if (!far_log_read(line))
			return true;
		if (line->length > 0 && !send_line(fd, line)) {
			line->position = before;
			return false;
		}
	}
}

static void
run(void)
{
	static struct far_line line;
	int fd = -1;

	for (;;) {
		uint32_t *word = far_log_word();
		uint32_t before = __atomic_load_n(word, __ATOMIC_ACQUIRE);

		if (fd < 0)
			fd = open_collector();
		if (fd >= 0 && send_lines(fd, &line))
			syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, before, NULL);
		else
			sleep(RETRY_SECONDS);
	}
}

void
syslog_start(void)
{
	const char *text = far_setting("syslog");
	uint8_t mac[6];

	if (text == NULL)
		return;
	if (!read_setting(text)) {
		printf("net: bare.syslog=%s: it is HOST, HOST:PORT or [ADDRESS]:PORT\n", text);
		return;
	}
	net_port_mac(mac);
	snprintf(sender, sizeof(sender), "linuxless-%02x%02x%02x%02x%02x%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	far_log_begin();
	if (eal_net_thread("syslog", run) != 0)
		printf("net: syslog: no thread for it\n");
}
