#include "keyTable.h"

#include "mbedtls/platform_util.h"
#include "rsaSign.h"

#include <string.h>

#define KEYS_MAX 64 /* a firmware that forgets to erase finds out here */

#define RSA_KEYS_MAX 2 /* a card uses one at a time */

typedef struct {
  uint32_t handle; /* 0: the place is free */
  uint8_t crt[RSA_CRT_BYTES_MAX];
} rsa_place;

static stored_key keys[KEYS_MAX];
static rsa_place rsa_places[RSA_KEYS_MAX];
static uint32_t last_handle;

void key_table_clear(void) {
  mbedtls_platform_zeroize(keys, sizeof keys);
  mbedtls_platform_zeroize(rsa_places, sizeof rsa_places);
}

/** @param handle 0: a free place. NULL: none. */
static rsa_place *rsa_place_of(uint32_t handle) {
  for (size_t i = 0; i < RSA_KEYS_MAX; i += 1)
    if (rsa_places[i].handle == handle) return &rsa_places[i];
  return NULL;
}

stored_key *key_table_add(void) {
  if (last_handle == UINT32_MAX) return NULL; /* handles are not reused */
  for (size_t i = 0; i < KEYS_MAX; i += 1) {
    if (keys[i].handle != 0) continue;
    last_handle += 1;
    keys[i].handle = last_handle;
    return &keys[i];
  }
  return NULL;
}

stored_key *key_table_find(uint32_t handle) {
  for (size_t i = 0; i < KEYS_MAX; i += 1)
    if (handle != 0 && keys[i].handle == handle) return &keys[i];
  return NULL;
}

uint32_t key_table_keep(key_kind kind, const uint8_t *key, size_t length) {
  stored_key *stored = key_table_add();
  if (stored == NULL) return 0;
  memcpy(stored->key, key, length);
  stored->kind = (uint8_t)kind;
  stored->length = (uint8_t)length;
  return stored->handle;
}

uint32_t key_table_keep_rsa(const uint8_t *crt, size_t length) {
  rsa_place *place = rsa_place_of(0);
  stored_key *stored = place == NULL ? NULL : key_table_add();
  if (stored == NULL) return 0;
  stored->kind = KEY_RSA;
  stored->length = (uint8_t)(length / RSA_CRT_NUMBERS);
  memcpy(place->crt, crt, length);
  place->handle = stored->handle;
  return stored->handle;
}

const uint8_t *key_table_crt(const stored_key *key) { return rsa_place_of(key->handle)->crt; }

const stored_key *key_table_find_kind(uint32_t handle, key_kind kind) {
  const stored_key *stored = key_table_find(handle);
  return stored != NULL && stored->kind == kind ? stored : NULL;
}

const stored_key *key_table_find_use(uint32_t handle, key_kind kind) {
  const stored_key *stored = key_table_find(handle);
  return stored != NULL && (stored->kind == KEY_SYMMETRIC || stored->kind == kind) ? stored : NULL;
}

stored_key *key_table_find_name(const char *name) {
  for (size_t i = 0; i < KEYS_MAX; i += 1)
    if (keys[i].handle != 0 && keys[i].name[0] != 0 && strcmp(keys[i].name, name) == 0) return &keys[i];
  return NULL;
}

void key_table_remove(stored_key *key) {
  if (key->kind == KEY_RSA) mbedtls_platform_zeroize(rsa_place_of(key->handle), sizeof(rsa_place));
  mbedtls_platform_zeroize(key, sizeof *key);
}
