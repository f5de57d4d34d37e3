/**
 * `Board.secure` over mbedTLS. Key bytes are copied from the key table into mbedTLS's contexts only, which are wiped.
 */
#include "secure.h"

#include "board.h"
#include "keyTable.h"
#include "mbedtls/aes.h"
#include "mbedtls/cmac.h"
#include "mbedtls/md.h"
#include "mbedtls/memory_buffer_alloc.h"
#include "mbedtls/sha1.h"
#include "mbedtls/sha256.h"
#include "random.h"

#include <string.h>

#define AES_BLOCK_BYTES 16
#define CONTEXT_BYTES 1536 /* one CMAC or one HMAC at a time: half of it is used */

static uint8_t contexts[CONTEXT_BYTES] __attribute__((aligned(8)));

bool secure_start(void) {
  mbedtls_memory_buffer_alloc_init(contexts, sizeof contexts);
  key_table_clear();
  return random_start();
}

bool secure_provision(const char *name, const uint8_t *key, size_t length, const uint8_t *identifier, size_t identifier_length) {
  if ((length != 16 && length != 32) || identifier_length > SECURE_IDENTIFIER_BYTES_MAX) return false;
  if (name[0] == 0 || strlen(name) >= SECURE_NAME_BYTES_MAX || key_table_find_name(name) != NULL) return false;
  stored_key *stored = key_table_add();
  if (stored == NULL) return false;
  strcpy(stored->name, name);
  memcpy(stored->key, key, length);
  memcpy(stored->identifier, identifier, identifier_length);
  stored->length = (uint8_t)length;
  stored->identifier_length = (uint8_t)identifier_length;
  return true;
}

/** mbedTLS copies by memcpy, which must not get a null pointer even for no bytes. */
static const uint8_t *never_null(const uint8_t *bytes) { return bytes == NULL ? (const uint8_t *)"" : bytes; }

bool board_secure_sha1(const uint8_t *data, size_t length, uint8_t digest[20]) { return mbedtls_sha1(never_null(data), length, digest) == 0; }

bool board_secure_sha256(const uint8_t *data, size_t length, uint8_t digest[32]) { return mbedtls_sha256(never_null(data), length, digest, 0) == 0; }

bool board_secure_random(uint8_t *bytes, size_t length) { return length >= 1 && length <= BOARD_RANDOM_BYTES_MAX && random_fill(bytes, length); }

uint32_t board_secure_find_key(const char *name) {
  const stored_key *stored = key_table_find_name(name);
  return stored == NULL ? 0 : stored->handle;
}

bool board_secure_key_identifier(uint32_t key, const uint8_t **identifier, size_t *length) {
  const stored_key *stored = key_table_find(key);
  if (stored == NULL) return false;
  *identifier = stored->identifier;
  *length = stored->identifier_length;
  return true;
}

uint32_t board_secure_derive_key(uint32_t parent, const uint8_t *data, size_t length) {
  const stored_key *from = key_table_find(parent);
  if (from == NULL || (length != 16 && length != 32)) return 0;
  stored_key *derived = key_table_add();
  if (derived == NULL) return 0;
  mbedtls_aes_context aes;
  mbedtls_aes_init(&aes);
  int fault = mbedtls_aes_setkey_enc(&aes, from->key, from->length * 8u);
  for (size_t at = 0; at < length; at += AES_BLOCK_BYTES)
    fault |= mbedtls_aes_crypt_ecb(&aes, MBEDTLS_AES_ENCRYPT, data + at, derived->key + at);
  mbedtls_aes_free(&aes);
  derived->length = (uint8_t)length;
  if (fault == 0) return derived->handle;
  key_table_remove(derived);
  return 0;
}

bool board_secure_encrypt_cbc(uint32_t key, const uint8_t *iv, size_t iv_length, const uint8_t *plain, size_t length, uint8_t *cipher) {
  const stored_key *stored = key_table_find(key);
  if (stored == NULL || iv_length != AES_BLOCK_BYTES || length % AES_BLOCK_BYTES != 0) return false;
  uint8_t chained[AES_BLOCK_BYTES];
  memcpy(chained, iv, sizeof chained);
  mbedtls_aes_context aes;
  mbedtls_aes_init(&aes);
  int fault = mbedtls_aes_setkey_enc(&aes, stored->key, stored->length * 8u);
  if (fault == 0) fault = mbedtls_aes_crypt_cbc(&aes, MBEDTLS_AES_ENCRYPT, length, chained, plain, cipher);
  mbedtls_aes_free(&aes);
  return fault == 0;
}

bool board_secure_cmac(uint32_t key, const uint8_t *data, size_t length, uint8_t mac[16]) {
  const stored_key *stored = key_table_find(key);
  if (stored == NULL) return false;
  const mbedtls_cipher_info_t *aes = mbedtls_cipher_info_from_type(stored->length == 16 ? MBEDTLS_CIPHER_AES_128_ECB : MBEDTLS_CIPHER_AES_256_ECB);
  return mbedtls_cipher_cmac(aes, stored->key, stored->length * 8u, never_null(data), length, mac) == 0;
}

bool board_secure_hmac_sha256(uint32_t key, const uint8_t *data, size_t length, uint8_t mac[32]) {
  const stored_key *stored = key_table_find(key);
  if (stored == NULL) return false;
  const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  return mbedtls_md_hmac(sha256, stored->key, stored->length, never_null(data), length, mac) == 0;
}

bool board_secure_erase_key(uint32_t key) {
  stored_key *stored = key_table_find(key);
  if (stored == NULL) return false;
  key_table_remove(stored);
  return true;
}
