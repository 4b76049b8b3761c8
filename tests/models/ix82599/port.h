/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A port of the process: one device, the guest RAM it sees, its wire, and its end of the socket to
 * QEMU's proxy. And the process around the ports.
 */
#ifndef IX82599_PORT_H
#define IX82599_PORT_H

#include "guest_ram.h"
#include "model.h"
#include "qtest.h"
#include "wire.h"

#define PORTS_MAX 8u
#define MISTAKES_KEPT 256u

struct process;

struct port {
	struct process *process;
	unsigned number;
	struct ix *ix;
	struct guest_ram ram;
	struct wire wire;
	int proxy;			/* -1: QEMU has closed it */
};

struct mistake {
	char *text;			/* "port N: …" */
	uint64_t times;
};

struct process {
	struct port port[PORTS_MAX];
	unsigned ports;
	struct qtest qtest;
	int control;
	struct mistake mistake[MISTAKES_KEPT];	/* different ones */
	unsigned mistakes_kept;
	uint64_t mistakes;		/* all together */
	bool quit;
};

/* Makes a port from "kx4|sfp,fd=N,mac=…,local=…[,peer=…][,lan=0|1]". False: said on stderr. */
bool port_create(struct process *process, const char *text);	/* port.c */
void port_destroy(struct port *port);
/* A mistake that was made before is counted, not said again. */
void port_mistake(struct port *port, const char *text);
void port_forgive(struct process *process);
uint64_t port_now_us(void);

/* One message of QEMU's proxy; false: it has closed the socket, or broke the protocol. (proxy.c) */
bool proxy_serve(struct port *port);

/* The control socket: text lines, answered by text lines, the last "ok…" or "error …".
 * (control.c) */
bool control_listen(struct process *process, const char *path);
void control_accept(struct process *process);
/* The client sockets, for poll(); control_serve takes what one has sent. */
unsigned control_clients(int *fds, unsigned max);
void control_serve(struct process *process, int fd);

#endif
