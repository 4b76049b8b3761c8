/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console's lines to a collector, by syslog over UDP: RFC 5424, RFC 5426.
 */
#ifndef NET_SYSLOG_H
#define NET_SYSLOG_H

/* Starts sending where bare.syslog= asks for it, after the stack. From rte_eal_init(). */
void syslog_start(void);

#endif
