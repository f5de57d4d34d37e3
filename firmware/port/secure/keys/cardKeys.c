/**
 * `CardSecure`, what a dynamic card does with keys and a reader doesn't: unwrap what an issuer wrapped, derive by CMAC, sign by RSA.
 * Source: NIST SP 800-38B, -38D; the block is drawn in firmware/src/board/cardBoard.ts.
 */
#include "cardBoard.h"
#include "keyTable.h"
#include "mbedtls/platform_util.h"
#include "rsaSign.h"

#define AES_KEY_BYTES 16
#define NONCE_BYTES 12
#define BLOCK_BYTES_MIN (NONCE_BYTES + BOARD_TAG_BYTES + 1)
#define BLOCK_BYTES_MAX (NONCE_BYTES + RSA_CRT_BYTES_MAX + BOARD_TAG_BYTES)
#define RSA_BLOCK_HEADER 0x6a

_Static_assert(BOARD_CARD_RSA_BYTES_MAX == RSA_SIGN_MODULUS_BYTES_MAX, "cardBoard.h promises something else");

uint32_t board_secure_derive_cmac(uint32_t parent, const uint8_t *data, size_t length) {
  uint8_t derived[AES_KEY_BYTES];
  const uint32_t handle = board_secure_cmac(parent, data, length, derived) ? key_table_keep(KEY_SYMMETRIC, derived, sizeof derived) : 0;
  mbedtls_platform_zeroize(derived, sizeof derived);
  return handle;
}

/** @param key opened: `length` bytes of which nobody knows whether they are one. BOARD_MISUSED: no room */
static board_opened keep(uint32_t kind, const uint8_t *key, size_t length, uint32_t *handle) {
  if (kind == WRAPPED_AES && length == AES_KEY_BYTES) *handle = key_table_keep(KEY_SYMMETRIC, key, length);
  else if (kind == WRAPPED_RSA && rsa_is_crt_length(length)) *handle = key_table_keep_rsa(key, length);
  else return BOARD_FORGED;
  return *handle == 0 ? BOARD_MISUSED : BOARD_OPENED;
}

board_opened board_secure_unwrap_key(uint32_t wrapping, uint32_t kind, const uint8_t *block, size_t length, uint32_t *key) {
  *key = 0;
  if (key_table_find_kind(wrapping, KEY_SYMMETRIC) == NULL) return BOARD_MISUSED;
  if (length < BLOCK_BYTES_MIN || length > BLOCK_BYTES_MAX || kind > UINT8_MAX) return BOARD_FORGED;
  uint8_t opened[RSA_CRT_BYTES_MAX];
  const uint8_t associated = (uint8_t)kind;
  board_opened result = board_secure_open_gcm(wrapping, block, NONCE_BYTES, &associated, 1, block + NONCE_BYTES, length - NONCE_BYTES, opened);
  if (result == BOARD_OPENED) result = keep(kind, opened, length - NONCE_BYTES - BOARD_TAG_BYTES, key);
  mbedtls_platform_zeroize(opened, sizeof opened);
  return result;
}

size_t board_secure_rsa_size(uint32_t key) {
  const stored_key *stored = key_table_find_kind(key, KEY_RSA);
  return stored == NULL ? 0 : 2u * stored->length;
}

board_opened board_secure_rsa_sign(uint32_t key, const uint8_t *block, size_t length, uint8_t *signature) {
  const stored_key *stored = key_table_find_kind(key, KEY_RSA);
  if (stored == NULL || length != 2u * stored->length || block[0] != RSA_BLOCK_HEADER) return BOARD_MISUSED;
  return rsa_sign(key_table_crt(stored), stored->length, block, signature) ? BOARD_OPENED : BOARD_FORGED;
}
