/* SPDX-License-Identifier: BSD-3-Clause */
/* Looks a name up in /etc/hosts, and reads an answer of a name server's. */
#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>

/* An answer: "a.b" has the address 10.1.2.3. */
static const unsigned char answer[] =
	"\0\1\x81\x80\0\1\0\1\0\0\0\0" "\1a\1b\0\0\1\0\1"
	"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\1\2\3";

static void
show(void *argument, int status, int timeouts, struct hostent *host)
{
	(void)argument;
	(void)timeouts;
	if (status == ARES_SUCCESS)
		printf("localhost %s\n", inet_ntoa(*(struct in_addr *)host->h_addr_list[0]));
}

int
main(void)
{
	struct hostent *host;
	ares_channel channel;

	if (ares_library_init(ARES_LIB_INIT_ALL) || ares_init(&channel))
		return 1;
	ares_gethostbyname_file(channel, "localhost", AF_INET, &host);
	show(NULL, ARES_SUCCESS, 0, host);
	if (ares_parse_a_reply(answer, sizeof(answer) - 1, &host, NULL, NULL))
		return 2;
	printf("%s %s\n", host->h_name, inet_ntoa(*(struct in_addr *)host->h_addr_list[0]));
	return 0;
}
