/* SPDX-License-Identifier: BSD-3-Clause */
/* Filters a frame, beside a function of a name that libpcap has inside. */
#include <pcap.h>
#include <stdio.h>

int pcap_filter(int number);

int
pcap_filter(int number)
{
	return number + 1;
}

int
main(int argc, char **argv)
{
	/* IPv4, UDP, to port 53. */
	unsigned char frame[60] = {[12] = 8, [14] = 0x45, [23] = 17, [37] = 53};
	struct pcap_pkthdr header = {.caplen = sizeof(frame), .len = sizeof(frame)};
	struct bpf_program program;
	pcap_t *capture = pcap_open_dead(DLT_EN10MB, 100);

	(void)argv;
	if (pcap_compile(capture, &program, "udp port 53", 1, 0))
		return 1;
	printf("%u instructions, match %d, own %d\n", program.bf_len,
	       pcap_offline_filter(&program, &header, frame), pcap_filter(argc));
	return 0;
}
