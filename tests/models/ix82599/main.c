/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The 82599 model as a process: as many ports as --port options, one loop over their sockets, no
 * threads. It lives until it is told "quit", gets a signal, or the process that started it ends,
 * so that mistakes can be asked for after QEMU has gone.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "port.h"

#define FRAMES_A_TURN 32u
#define SLEEP_MAX_MS 1000u
#define FLUSH_MS 1 /* while a peer has not read */
#define POLL_MAX (2u + 2u * PORTS_MAX + 16u)

static struct process process;
static volatile sig_atomic_t stopped;

static void
on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static void
usage(void)
{
	fprintf(stderr,
		"usage: ix82599 --qtest PATH --control PATH --port SPEC [--port SPEC]...\n"
		"SPEC: kx4|sfp,fd=N,mac=XX:XX:XX:XX:XX:XX,local=ADDR[,peer=ADDR][,lan=0|1]\n"
		"ADDR: unix:PATH or udp:HOST:PORT; or local=fd:N alone, a connected datagram "
		"socket\n"
		"fd=N is this end of the socket pair whose other end is x-pci-proxy-dev's.\n");
}

static bool
parse_options(int argc, char **argv)
{
	bool qtest = false, control = false;

	for (int i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];
		bool good = false;

		if (!strcmp(argv[i], "--qtest"))
			good = qtest = qtest_listen(&process.qtest, value);
		else if (!strcmp(argv[i], "--control"))
			good = control = control_listen(&process, value);
		else if (!strcmp(argv[i], "--port"))
			good = port_create(&process, value);
		else
			usage();
		if (!good)
			return false;
	}
	if (qtest && control && process.ports && argc % 2)
		return true;
	usage();
	return false;
}

static void
add(struct pollfd *fds, unsigned *count, int fd, short events)
{
	if (fd >= 0 && *count < POLL_MAX)
		fds[(*count)++] = (struct pollfd){.fd = fd, .events = events};
}

static short
ready(const struct pollfd *fds, unsigned count, int fd)
{
	for (unsigned n = 0; n < count; n++)
		if (fd >= 0 && fds[n].fd == fd)
			return fds[n].revents;
	return 0;
}

static unsigned
gather_fds(struct pollfd *fds, int *clients, unsigned *client_count)
{
	unsigned count = 0;

	add(fds, &count, process.qtest.listener, POLLIN);
	add(fds, &count, process.qtest.fd, (short)(POLLIN | (process.qtest.used ? POLLOUT : 0)));
	add(fds, &count, process.control, POLLIN);
	*client_count = control_clients(clients, 8);
	for (unsigned n = 0; n < *client_count; n++)
		add(fds, &count, clients[n], POLLIN);
	for (unsigned n = 0; n < process.ports; n++) {
		add(fds, &count, process.port[n].proxy, POLLIN);
		add(fds, &count, process.port[n].wire.fd, POLLIN);
	}
	return count;
}

/* Transmits, fires timers; how long the process may sleep, in ms. */
static int
work(void)
{
	uint64_t now = port_now_us(), next = now + SLEEP_MAX_MS * 1000u;
	int limit = SLEEP_MAX_MS;

	for (unsigned n = 0; n < process.ports; n++) {
		struct port *port = &process.port[n];
		uint64_t due;

		wire_flush(&port->wire, now);
		if (wire_busy(&port->wire))
			limit = FLUSH_MS;
		else if (ix_run(port->ix))
			limit = 0;
		due = ix_timers(port->ix);
		if (due < next)
			next = due;
	}
	now = port_now_us();
	if (next <= now)
		return 0;
	/* Rounded up: a vector's interval is a minimum. */
	next = (next - now + 999) / 1000;
	return next < (uint64_t)limit ? (int)next : limit;
}

static void
receive_frames(struct port *port)
{
	uint8_t frame[IX_FRAME_MAX + 1];

	for (unsigned n = 0; n < FRAMES_A_TURN; n++) {
		size_t len = wire_receive(&port->wire, frame, sizeof(frame));

		if (!len)
			return;
		ix_receive(port->ix, frame, len);
	}
}

static void
serve_port(struct port *port, const struct pollfd *fds, unsigned count)
{
	if (ready(fds, count, port->proxy) && !proxy_serve(port)) {
		close(port->proxy);
		port->proxy = -1;
		ix_power_reset(port->ix); /* there is no memory any more */
		guest_ram_drop(&port->ram);
	}
	if (ready(fds, count, port->wire.fd))
		receive_frames(port);
}

static void
turn(void)
{
	struct pollfd fds[POLL_MAX];
	int clients[8];
	unsigned client_count, count;
	int timeout = work();

	count = gather_fds(fds, clients, &client_count);
	if (poll(fds, count, timeout) < 0)
		return;
	for (unsigned n = 0; n < process.ports; n++)
		serve_port(&process.port[n], fds, count);
	if (ready(fds, count, process.qtest.fd) & (POLLIN | POLLHUP | POLLERR))
		qtest_read(&process.qtest);
	qtest_flush(&process.qtest);
	if (ready(fds, count, process.qtest.listener))
		qtest_accept(&process.qtest);
	for (unsigned n = 0; n < client_count; n++)
		if (ready(fds, count, clients[n]))
			control_serve(&process, clients[n]);
	if (ready(fds, count, process.control))
		control_accept(&process);
}

int
main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	process.control = process.qtest.fd = process.qtest.listener = -1;
	if (!parse_options(argc, argv))
		return EXIT_FAILURE;
	while (!stopped && !process.quit)
		turn();
	for (unsigned n = 0; n < process.ports; n++)
		port_destroy(&process.port[n]);
	qtest_close(&process.qtest);
	port_forgive(&process);
	return EXIT_SUCCESS;
}
