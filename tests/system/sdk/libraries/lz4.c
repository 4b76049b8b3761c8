/* SPDX-License-Identifier: BSD-3-Clause */
/* Compresses and uncompresses. */
#include <lz4.h>
#include <stdio.h>
#include <string.h>

int
main(void)
{
	static char text[10000], packed[LZ4_COMPRESSBOUND(sizeof(text))], back[sizeof(text)];
	int length;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "linuxless"[i % 9];
	length = LZ4_compress_default(text, packed, sizeof(text), sizeof(packed));
	printf("small %d, back %d\n", length > 0 && length < 200,
	       LZ4_decompress_safe(packed, back, length, sizeof(back)) == (int)sizeof(text) &&
		       !memcmp(text, back, sizeof(text)));
	return 0;
}
