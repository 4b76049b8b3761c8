/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Ports from the command line, and the device's surroundings (struct ix_env) for each.
 */
#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define OPTION_MAX 512
#define PROXY_TIMEOUT_S 10 /* for the rest of a message that has begun */

struct port_options {
	struct ix_config config;
	int fd;
	const char *local, *peer;
};

uint64_t
port_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

void
port_mistake(struct port *port, const char *text)
{
	struct process *process = port->process;
	char line[512];

	process->mistakes++;
	snprintf(line, sizeof(line), "port %u: %s", port->number, text);
	for (unsigned n = 0; n < process->mistakes_kept; n++) {
		if (process->mistake[n].text && !strcmp(process->mistake[n].text, line)) {
			process->mistake[n].times++;
			return;
		}
	}
	fprintf(stderr, "ix82599: mistake: %s\n", line);
	if (process->mistakes_kept < MISTAKES_KEPT)
		process->mistake[process->mistakes_kept++] = (struct mistake){strdup(line), 1};
}

void
port_forgive(struct process *process)
{
	for (unsigned n = 0; n < process->mistakes_kept; n++)
		free(process->mistake[n].text);
	process->mistakes_kept = 0;
	process->mistakes = 0;
}

static bool
env_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	return guest_ram_read(&((struct port *)ctx)->ram, addr, buf, len);
}

static bool
env_write(void *ctx, uint64_t addr, const void *buf, size_t len)
{
	return guest_ram_write(&((struct port *)ctx)->ram, addr, buf, len);
}

static bool
env_publish(void *ctx, uint64_t addr, uint64_t value)
{
	return guest_ram_publish(&((struct port *)ctx)->ram, addr, value);
}

static void
env_transmit(void *ctx, const uint8_t *frame, size_t len)
{
	wire_send(&((struct port *)ctx)->wire, frame, len, port_now_us());
}

static void
env_message(void *ctx, uint64_t addr, uint32_t data)
{
	qtest_write32(&((struct port *)ctx)->process->qtest, addr, data);
}

static uint64_t
env_now(void *ctx)
{
	(void)ctx;
	return port_now_us();
}

static void
env_mistake(void *ctx, const char *text)
{
	port_mistake(ctx, text);
}

static bool
parse_mac(const char *text, uint8_t mac[6])
{
	unsigned b[6];

	if (sscanf(text, "%x:%x:%x:%x:%x:%x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) != 6)
		return false;
	for (unsigned i = 0; i < 6; i++) {
		if (b[i] > 0xFF)
			return false;
		mac[i] = (uint8_t)b[i];
	}
	return !(mac[0] & 1);
}

static bool
parse_option(char *word, struct port_options *o)
{
	if (!strcmp(word, "kx4"))
		o->config.device_id = IX_DEVICE_KX4;
	else if (!strcmp(word, "sfp"))
		o->config.device_id = IX_DEVICE_SFP;
	else if (!strncmp(word, "fd=", 3))
		o->fd = atoi(word + 3);
	else if (!strncmp(word, "mac=", 4))
		return parse_mac(word + 4, o->config.mac);
	else if (!strncmp(word, "lan=", 4))
		o->config.lan_id = word[4] == '1';
	else if (!strncmp(word, "local=", 6))
		o->local = word + 6;
	else if (!strncmp(word, "peer=", 5))
		o->peer = word + 5;
	else
		return false;
	return true;
}

static bool
parse_port(char *text, struct port_options *o)
{
	char *save = NULL;

	*o = (struct port_options){.fd = -1};
	for (char *word = strtok_r(text, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (!parse_option(word, o)) {
			fprintf(stderr, "ix82599: --port: '%s' is not understood\n", word);
			return false;
		}
	}
	if (!o->config.device_id || o->fd < 0 || !o->local) {
		fprintf(stderr, "ix82599: --port needs kx4 or sfp, fd=, mac= and local=\n");
		return false;
	}
	return true;
}

bool
port_create(struct process *process, const char *text)
{
	struct port *port = &process->port[process->ports];
	struct timeval timeout = {.tv_sec = PROXY_TIMEOUT_S};
	struct port_options o;
	char copy[OPTION_MAX];

	if (process->ports == PORTS_MAX || strlen(text) >= sizeof(copy)) {
		fprintf(stderr, "ix82599: more than %u ports, or too long a --port\n", PORTS_MAX);
		return false;
	}
	strcpy(copy, text);
	if (!parse_port(copy, &o))
		return false;
	*port = (struct port){.process = process, .number = process->ports, .proxy = o.fd};
	const struct ix_env env = {
		.ctx = port,
		.dma_read = env_read,
		.dma_write = env_write,
		.dma_publish = env_publish,
		.transmit = env_transmit,
		.message = env_message,
		.now_us = env_now,
		.mistake = env_mistake,
	};
	if (!wire_open(&port->wire, o.local, o.peer))
		return false;
	port->ix = ix_create(&o.config, &env);
	if (!port->ix || setsockopt(o.fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0) {
		perror("ix82599: --port");
		wire_close(&port->wire);
		ix_destroy(port->ix);
		return false;
	}
	process->ports++;
	return true;
}

void
port_destroy(struct port *port)
{
	ix_destroy(port->ix);
	wire_close(&port->wire);
	guest_ram_drop(&port->ram);
	if (port->proxy >= 0)
		close(port->proxy);
	port->proxy = -1;
}
