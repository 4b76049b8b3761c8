/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The control socket. Verbs, one a line (numbers in any base that strtoul knows):
 *
 *   ping                        ok
 *   link PORT up|down           plugs or pulls the cable
 *   module PORT in|out          the SFP+ module
 *   mistakes                    a line for each that is kept, then "ok TOTAL"
 *   forgive                     forgets the mistakes so far
 *   counters PORT               name and value pairs: the wire, messages, packet buffer
 *   peek PORT OFFSET            a register, without side effects
 *   poke PORT OFFSET VALUE      a register as hardware would set it (statistics near their end)
 *   quit                        ends the process
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "port.h"

#define CLIENTS_MAX 8u
#define LINE_MAX_BYTES 256u
#define WORDS_MAX 5

struct client {
	int fd; /* 0: free */
	char line[LINE_MAX_BYTES];
	size_t used;
};

static struct client clients[CLIENTS_MAX];

bool
control_listen(struct process *process, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path)) {
		fprintf(stderr, "ix82599: %s: path too long\n", path);
		return false;
	}
	strcpy(address.sun_path, path);
	unlink(path);
	process->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (process->control < 0 ||
	    bind(process->control, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(process->control, CLIENTS_MAX) < 0) {
		fprintf(stderr, "ix82599: %s: %s\n", path, strerror(errno));
		return false;
	}
	return true;
}

void
control_accept(struct process *process)
{
	int fd = accept4(process->control, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	for (unsigned n = 0; n < CLIENTS_MAX; n++) {
		if (!clients[n].fd) {
			clients[n] = (struct client){.fd = fd};
			return;
		}
	}
	close(fd);
}

unsigned
control_clients(int *fds, unsigned max)
{
	unsigned count = 0;

	for (unsigned n = 0; n < CLIENTS_MAX && count < max; n++)
		if (clients[n].fd)
			fds[count++] = clients[n].fd;
	return count;
}

static void
say(int fd, const char *format, ...)
{
	char text[640];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* A client that does not read is not waited for. */
	if (len > 0)
		(void)!send(fd, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
list_mistakes(struct process *process, int fd)
{
	for (unsigned n = 0; n < process->mistakes_kept; n++) {
		const struct mistake *m = &process->mistake[n];

		say(fd, "mistake %llux %s\n", (unsigned long long)m->times,
		    m->text ? m->text : "(no memory)");
	}
	say(fd, "ok %llu\n", (unsigned long long)process->mistakes);
}

static void
show_counters(const struct port *port, int fd)
{
	say(fd,
	    "ok received %llu sent %llu lost %llu waiting %u buffered %zu link %d messages %llu "
	    "refused %llu\n",
	    (unsigned long long)port->wire.received, (unsigned long long)port->wire.sent,
	    (unsigned long long)port->wire.lost, port->wire.waiting, port->ix->buffer_bytes,
	    port->ix->link_up, (unsigned long long)port->process->qtest.messages,
	    (unsigned long long)port->process->qtest.failures);
}

static void
port_verb(struct process *process, int fd, char **word, unsigned count)
{
	unsigned long number = strtoul(word[1], NULL, 0);
	struct port *port = &process->port[number < process->ports ? number : 0];
	uint32_t offset = count > 2 ? (uint32_t)strtoul(word[2], NULL, 0) : 0;

	if (number >= process->ports) {
		say(fd, "error no port %s\n", word[1]);
	} else if (!strcmp(word[0], "counters")) {
		show_counters(port, fd);
	} else if (!strcmp(word[0], "link") && count == 3) {
		ix_set_cable(port->ix, !strcmp(word[2], "up"));
		say(fd, "ok\n");
	} else if (!strcmp(word[0], "module") && count == 3) {
		ix_set_module(port->ix, !strcmp(word[2], "in"));
		say(fd, "ok\n");
	} else if (!strcmp(word[0], "peek") && count == 3) {
		say(fd, "ok 0x%08x\n", ix_peek(port->ix, offset));
	} else if (!strcmp(word[0], "poke") && count == 4) {
		ix_poke(port->ix, offset, (uint32_t)strtoul(word[3], NULL, 0));
		say(fd, "ok\n");
	} else {
		say(fd, "error unknown verb\n");
	}
}

static void
obey(struct process *process, int fd, char *line)
{
	char *word[WORDS_MAX], *save = NULL;
	unsigned count = 0;

	for (char *w = strtok_r(line, " \r", &save); w && count < WORDS_MAX;
	     w = strtok_r(NULL, " \r", &save))
		word[count++] = w;
	if (count == 1 && !strcmp(word[0], "ping")) {
		say(fd, "ok\n");
	} else if (count == 1 && !strcmp(word[0], "mistakes")) {
		list_mistakes(process, fd);
	} else if (count == 1 && !strcmp(word[0], "forgive")) {
		port_forgive(process);
		say(fd, "ok\n");
	} else if (count == 1 && !strcmp(word[0], "quit")) {
		process->quit = true;
		say(fd, "ok\n");
	} else if (count >= 2) {
		port_verb(process, fd, word, count);
	} else {
		say(fd, "error unknown verb\n");
	}
}

static void
hang_up(struct client *client)
{
	close(client->fd);
	*client = (struct client){0};
}

void
control_serve(struct process *process, int fd)
{
	struct client *client = clients;
	ssize_t got;

	while (client->fd != fd)
		if (++client == clients + CLIENTS_MAX)
			return;
	got = recv(fd, client->line + client->used, sizeof(client->line) - 1 - client->used,
		   MSG_DONTWAIT);
	if (got <= 0) {
		hang_up(client);
		return;
	}
	client->used += (size_t)got;
	client->line[client->used] = '\0';
	for (char *end; (end = strchr(client->line, '\n'));) {
		size_t taken = (size_t)(end + 1 - client->line);

		*end = '\0';
		obey(process, fd, client->line);
		client->used -= taken;
		memmove(client->line, end + 1, client->used + 1);
	}
	if (client->used == sizeof(client->line) - 1)
		hang_up(client);
}
