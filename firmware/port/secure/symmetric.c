/**
 * `Board.secure`, what is done with one key: AES-ECB, CBC, GCM and CMAC, HMAC-SHA-256 and HKDF.
 * Source: FIPS 197; NIST SP 800-38A, -38B, -38D; FIPS 198-1; RFC 5869.
 * AES works with tables, and GHASH with one. On the chip both are in RAM, which has no cache: boards/pico/CMakeLists.txt sees to that, and
 * simulator/test/machine/pico/picoAes.chip.ts that it's so. Elsewhere the time of AES tells something to whoever can measure it to the cycle.
 */
#include "board.h"
#include "keyTable.h"
#include "mbedtls/aes.h"
#include "mbedtls/cmac.h"
#include "mbedtls/gcm.h"
#include "mbedtls/md.h"
#include "mbedtls/platform_util.h"

#include <string.h>

#define AES_BLOCK_BYTES 16
#define HASH_BYTES 32
#define NONCE_BYTES 12

static const stored_key *find(uint32_t key) { return key_table_find_kind(key, KEY_SYMMETRIC); }

uint32_t board_secure_known_key(const uint8_t *key, size_t length) { return length == 16 || length == 32 ? key_table_keep(KEY_SYMMETRIC, key, length) : 0; }

uint32_t board_secure_derive_key(uint32_t parent, const uint8_t *data, size_t length) {
  const stored_key *from = key_table_find_use(parent, KEY_DERIVATION);
  if (from == NULL || (length != 16 && length != 32)) return 0;
  uint8_t derived[SECURE_KEY_BYTES_MAX];
  mbedtls_aes_context aes;
  mbedtls_aes_init(&aes);
  int fault = mbedtls_aes_setkey_enc(&aes, from->key, from->length * 8u);
  for (size_t at = 0; at < length; at += AES_BLOCK_BYTES) fault |= mbedtls_aes_crypt_ecb(&aes, MBEDTLS_AES_ENCRYPT, data + at, derived + at);
  mbedtls_aes_free(&aes);
  const uint32_t handle = fault == 0 ? key_table_keep(KEY_SYMMETRIC, derived, length) : 0;
  mbedtls_platform_zeroize(derived, sizeof derived);
  return handle;
}

bool board_secure_encrypt_cbc(uint32_t key, const uint8_t *iv, size_t iv_length, const uint8_t *plain, size_t length, uint8_t *cipher) {
  const stored_key *stored = find(key);
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

bool board_secure_seal_gcm(uint32_t key, const uint8_t *nonce, size_t nonce_length, const uint8_t *associated, size_t associated_length, const uint8_t *plain, size_t length, uint8_t *sealed) {
  const stored_key *stored = find(key);
  if (stored == NULL || nonce_length != NONCE_BYTES) return false;
  mbedtls_gcm_context gcm;
  mbedtls_gcm_init(&gcm);
  int fault = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, stored->key, stored->length * 8u);
  if (fault == 0)
    fault = mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, length, nonce, NONCE_BYTES, associated, associated_length, plain,
                                      sealed, BOARD_TAG_BYTES, sealed + length);
  mbedtls_gcm_free(&gcm);
  return fault == 0;
}

board_opened board_secure_open_gcm(uint32_t key, const uint8_t *nonce, size_t nonce_length, const uint8_t *associated, size_t associated_length, const uint8_t *sealed, size_t length, uint8_t *plain) {
  const stored_key *stored = find(key);
  if (stored == NULL || nonce_length != NONCE_BYTES) return BOARD_MISUSED;
  if (length < BOARD_TAG_BYTES) return BOARD_FORGED;
  mbedtls_gcm_context gcm;
  mbedtls_gcm_init(&gcm);
  int fault = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, stored->key, stored->length * 8u);
  if (fault == 0) /* wipes `plain` when the tag is wrong */
    fault = mbedtls_gcm_auth_decrypt(&gcm, length - BOARD_TAG_BYTES, nonce, NONCE_BYTES, associated, associated_length, sealed + length - BOARD_TAG_BYTES,
                                     BOARD_TAG_BYTES, sealed, plain);
  mbedtls_gcm_free(&gcm);
  return fault == 0 ? BOARD_OPENED : fault == MBEDTLS_ERR_GCM_AUTH_FAILED ? BOARD_FORGED : BOARD_MISUSED;
}

bool board_secure_cmac(uint32_t key, const uint8_t *data, size_t length, uint8_t mac[16]) {
  const stored_key *stored = find(key);
  if (stored == NULL) return false;
  const mbedtls_cipher_info_t *aes = mbedtls_cipher_info_from_type(stored->length == 16 ? MBEDTLS_CIPHER_AES_128_ECB : MBEDTLS_CIPHER_AES_256_ECB);
  return mbedtls_cipher_cmac(aes, stored->key, stored->length * 8u, data, length, mac) == 0;
}

static bool hmac(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t mac[HASH_BYTES]) {
  return mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key, key_length, data, length, mac) == 0;
}

bool board_secure_hmac_sha256(uint32_t key, const uint8_t *data, size_t length, uint8_t mac[32]) {
  const stored_key *stored = key_table_find_use(key, KEY_HMAC);
  return stored != NULL && hmac(stored->key, stored->length, data, length, mac);
}

/** RFC 5869 without info: PRK = HMAC(chain, secret), T1 = HMAC(PRK, 01), T2 = HMAC(PRK, T1 02). */
uint32_t board_secure_derive_hkdf(uint32_t chain, uint32_t secret, uint32_t part) {
  const stored_key *salt = find(chain), *input = secret == 0 ? salt : find(secret);
  if (salt == NULL || input == NULL || part < 1 || part > 2) return 0;
  uint8_t extracted[HASH_BYTES], expanded[HASH_BYTES + 1];
  uint32_t handle = 0;
  bool is_made = hmac(salt->key, salt->length, input->key, secret == 0 ? 0 : input->length, extracted);
  expanded[0] = 1;
  is_made = is_made && hmac(extracted, sizeof extracted, expanded, 1, expanded);
  expanded[HASH_BYTES] = 2;
  if (part == 2) is_made = is_made && hmac(extracted, sizeof extracted, expanded, sizeof expanded, expanded);
  if (is_made) handle = key_table_keep(KEY_SYMMETRIC, expanded, HASH_BYTES);
  mbedtls_platform_zeroize(extracted, sizeof extracted);
  mbedtls_platform_zeroize(expanded, sizeof expanded);
  return handle;
}
