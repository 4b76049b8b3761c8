/* SPDX-License-Identifier: BSD-3-Clause */
/* Compresses and uncompresses. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int
main(void)
{
	static unsigned char text[10000], packed[10000], back[10000];
	uLongf packed_length = sizeof(packed), back_length = sizeof(back);

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "linuxless"[i % 9];
	if (compress(packed, &packed_length, text, sizeof(text)) != Z_OK ||
	    uncompress(back, &back_length, packed, packed_length) != Z_OK)
		return 1;
	printf("crc %lx, %lu bytes, back %d\n", crc32(0, (const void *)"abc", 3), packed_length,
	       packed_length < 200 && back_length == sizeof(text) &&
		       !memcmp(text, back, back_length));
	return 0;
}
