/* SPDX-License-Identifier: BSD-3-Clause */
/* A digest, AES-GCM there and back, single DES (of the "legacy" provider), an elliptic key. */
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

/* Enciphers and deciphers 32 bytes: whether they are the same again, and were not between. */
static int
there_and_back(const EVP_CIPHER *cipher)
{
	unsigned char key[32] = {1}, iv[16] = {2}, plain[32] = {3}, packed[64], back[64], tag[16];
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int length, more, gcm = cipher && EVP_CIPHER_get_mode(cipher) == EVP_CIPH_GCM_MODE;

	if (!cipher || EVP_EncryptInit(context, cipher, key, iv) != 1 ||
	    EVP_EncryptUpdate(context, packed, &length, plain, sizeof(plain)) != 1 ||
	    EVP_EncryptFinal(context, packed + length, &more) != 1)
		return 0;
	length += more;
	if (gcm && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, sizeof(tag), tag) != 1)
		return 0;
	EVP_CIPHER_CTX_reset(context);
	if (EVP_DecryptInit(context, cipher, key, iv) != 1 ||
	    (gcm && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, sizeof(tag), tag) != 1) ||
	    EVP_DecryptUpdate(context, back, &more, packed, length) != 1 ||
	    EVP_DecryptFinal(context, back + more, &length) != 1)
		return 0;
	return memcmp(packed, plain, sizeof(plain)) && !memcmp(back, plain, sizeof(plain));
}

int
main(void)
{
	unsigned char digest[32];
	SSL_CTX *context = SSL_CTX_new(TLS_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");

	if (!OSSL_PROVIDER_load(NULL, "legacy") || !OSSL_PROVIDER_load(NULL, "default") || !context)
		return 1;
	EVP_Digest("abc", 3, digest, NULL, EVP_sha256(), NULL);
	printf("%02x%02x, gcm %d, des %d, key %d\n", digest[0], digest[1],
	       there_and_back(EVP_aes_128_gcm()), there_and_back(EVP_des_cbc()),
	       key && EVP_PKEY_get_bits(key) == 256);
	return 0;
}
