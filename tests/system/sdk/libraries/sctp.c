/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends a message by a socket that is none of SCTP's: the library's refusal is the kernel's. */
#include <errno.h>
#include <netinet/sctp.h>
#include <stdio.h>
#include <sys/socket.h>

int
main(void)
{
	int made = socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP), error = errno;
	struct sctp_initmsg init = {.sinit_num_ostreams = 3};

	printf("made %d, refused %d, of %zu bytes\n", made >= 0,
	       error == EPROTONOSUPPORT, sizeof(init));
	return sctp_getladdrs(0, 0, NULL) < 0 ? 0 : 1;
}
