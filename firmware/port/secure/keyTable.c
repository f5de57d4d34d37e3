#include "keyTable.h"

#include "mbedtls/platform_util.h"

#include <string.h>

#define KEYS_MAX 32 /* a firmware that forgets to erase finds out here */

static stored_key keys[KEYS_MAX];
static uint32_t last_handle;

void key_table_clear(void) { mbedtls_platform_zeroize(keys, sizeof keys); }

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

const stored_key *key_table_find_kind(uint32_t handle, key_kind kind) {
  const stored_key *stored = key_table_find(handle);
  return stored != NULL && stored->kind == kind ? stored : NULL;
}

stored_key *key_table_find_name(const char *name) {
  for (size_t i = 0; i < KEYS_MAX; i += 1)
    if (keys[i].handle != 0 && keys[i].name[0] != 0 && strcmp(keys[i].name, name) == 0) return &keys[i];
  return NULL;
}

void key_table_remove(stored_key *key) { mbedtls_platform_zeroize(key, sizeof *key); }
