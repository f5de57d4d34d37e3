/**
 * `Board.secure`, what is done with key pairs and with the public keys of others.
 */
#include "board.h"
#include "curves.h"
#include "keyTable.h"
#include "mbedtls/platform_util.h"
#include "random.h"
#include "rsaRecover.h"
#include "x25519.h"

#define SCALAR_BYTES 32

uint32_t board_secure_make_key_pair(void) {
  uint8_t scalar[SCALAR_BYTES];
  const uint32_t handle = random_fill(scalar, sizeof scalar) ? key_table_keep(KEY_PAIR, scalar, sizeof scalar) : 0;
  mbedtls_platform_zeroize(scalar, sizeof scalar);
  return handle;
}

bool board_secure_public_key(uint32_t pair, uint8_t public_key[32]) {
  const stored_key *stored = key_table_find_kind(pair, KEY_PAIR);
  return stored != NULL && x25519_public_key(stored->key, public_key);
}

bool board_secure_agree(uint32_t pair, const uint8_t *public_key, size_t length, uint32_t *secret) {
  const stored_key *stored = key_table_find_kind(pair, KEY_PAIR);
  if (stored == NULL) return false;
  uint8_t shared[SCALAR_BYTES];
  *secret = 0;
  if (length != SCALAR_BYTES || !x25519_agree(stored->key, public_key, shared)) return true;
  *secret = key_table_keep(KEY_SYMMETRIC, shared, sizeof shared);
  mbedtls_platform_zeroize(shared, sizeof shared);
  return *secret != 0;
}

bool board_secure_verify_signature(const uint8_t *public_key, size_t key_length, const uint8_t *digest, size_t digest_length, const uint8_t *signature, size_t length) {
  return key_length == 64 && digest_length == 32 && length == 64 && curves_verify(public_key, digest, signature);
}

bool board_secure_rsa_recover(const uint8_t *modulus, size_t modulus_length, uint32_t exponent, const uint8_t *data, size_t length, uint8_t *recovered) {
  return length == modulus_length && rsa_recover(modulus, length, exponent, data, recovered);
}
