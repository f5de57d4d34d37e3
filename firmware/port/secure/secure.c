/**
 * The start, the keys that the reader comes with, hashes and random bytes. Encryption and MACs are in symmetric.c,
 * key pairs, signatures and RSA in publicKeys.c. Key bytes are copied from the key table into mbedTLS's contexts only, which are wiped.
 */
#include "secure.h"

#include "board.h"
#include "keyTable.h"
#include "mbedtls/sha1.h"
#include "mbedtls/sha256.h"
#include "random.h"
#include "secureMemory.h"

#include <string.h>

bool secure_start(void) {
  secure_memory_start();
  key_table_clear();
  return random_start();
}

/** See `KEY` in board.ts. */
static key_kind kind_of(const char *name) { return strcmp(name, "identity") == 0 ? KEY_PAIR : KEY_SYMMETRIC; }

bool secure_provision(const char *name, const uint8_t *key, size_t length, const uint8_t *identifier, size_t identifier_length) {
  if ((length != 16 && length != 32) || identifier_length > UINT8_MAX) return false;
  if (kind_of(name) == KEY_PAIR && length != SECURE_KEY_BYTES_MAX) return false;
  if (name[0] == 0 || strlen(name) >= SECURE_NAME_BYTES_MAX || key_table_find_name(name) != NULL) return false;
  stored_key *stored = key_table_find(key_table_keep(kind_of(name), key, length));
  if (stored == NULL) return false;
  strcpy(stored->name, name);
  stored->identifier = identifier;
  stored->identifier_length = (uint8_t)identifier_length;
  return true;
}

bool board_secure_sha1(const uint8_t *data, size_t length, uint8_t digest[20]) { return mbedtls_sha1(data, length, digest) == 0; }

bool board_secure_sha256(const uint8_t *data, size_t length, uint8_t digest[32]) { return mbedtls_sha256(data, length, digest, 0) == 0; }

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

bool board_secure_erase_key(uint32_t key) {
  stored_key *stored = key_table_find(key);
  if (stored == NULL) return false;
  key_table_remove(stored);
  return true;
}
