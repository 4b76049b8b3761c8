/* SPDX-License-Identifier: BSD-3-Clause */
/* AES-128 of one block, as in FIPS 197, appendix C.1. */
#include <intel-ipsec-mb.h>
#include <stdio.h>

static unsigned char
hex(int number)
{
	return number * 0x11;
}

int
main(void)
{
	unsigned char key[16], plain[16], cipher[16];
	static DECLARE_ALIGNED(unsigned char encrypt[16 * 15], 16);
	static DECLARE_ALIGNED(unsigned char decrypt[16 * 15], 16);
	IMB_MGR *manager = alloc_mb_mgr(0);
	IMB_ARCH arch;
	IMB_JOB *job;

	if (!manager)
		return 1;
	init_mb_mgr_auto(manager, &arch);
	for (int i = 0; i < 16; i++) {
		key[i] = i;
		plain[i] = hex(i);
	}
	IMB_AES_KEYEXP_128(manager, key, encrypt, decrypt);
	job = IMB_GET_NEXT_JOB(manager);
	job->cipher_mode = IMB_CIPHER_ECB;
	job->cipher_direction = IMB_DIR_ENCRYPT;
	job->chain_order = IMB_ORDER_CIPHER_HASH;
	job->hash_alg = IMB_AUTH_NULL;
	job->enc_keys = encrypt;
	job->dec_keys = decrypt;
	job->key_len_in_bytes = 16;
	job->src = plain;
	job->dst = cipher;
	job->msg_len_to_cipher_in_bytes = sizeof(plain);
	job = IMB_SUBMIT_JOB(manager);
	if (!job)
		job = IMB_FLUSH_JOB(manager);
	if (!job || job->status != IMB_STATUS_COMPLETED)
		return 2;
	for (int i = 0; i < 16; i++)
		printf("%02x", cipher[i]);
	printf("\n");
	return 0;
}
