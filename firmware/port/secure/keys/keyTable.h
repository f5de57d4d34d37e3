/**
 * Keys by handle. Key bytes are in this table and nowhere else; a forgotten key is overwritten.
 */
#ifndef COMPTOIR_KEY_TABLE_H
#define COMPTOIR_KEY_TABLE_H

#include "secure.h"

/** A key of one kind is never used as one of the other. The last three came in key blocks, and do one thing each; a symmetric key does all of them. */
typedef enum { KEY_SYMMETRIC = 0, KEY_PAIR = 1, KEY_RSA = 2, KEY_DERIVATION = 3, KEY_HMAC = 4, KEY_PROTECTION = 5 } key_kind;

typedef struct {
  uint32_t handle; /* 0: the place is free */
  uint8_t kind;    /* of a pair: the scalar of X25519 */
  uint8_t length;  /* of the key: 16 or 32; of an RSA key: of each of its numbers, which have a place of their own */
  uint8_t identifier_length;
  uint8_t key[SECURE_KEY_BYTES_MAX];
  const uint8_t *identifier; /* not in the table: it's no secret, and stays where it was */
  char name[SECURE_NAME_BYTES_MAX]; /* empty for a derived key */
} stored_key;

void key_table_clear(void);
/** A free place with a handle that was never given before; NULL when the table is full. */
stored_key *key_table_add(void);
/** Keeps a key that was made here. @returns its handle, 0 when the table is full */
uint32_t key_table_keep(key_kind kind, const uint8_t *key, size_t length);
/** Keeps an RSA key. @param crt of a length that rsa_is_crt_length() */
uint32_t key_table_keep_rsa(const uint8_t *crt, size_t length);
/** The numbers of an RSA key: rsa_sign() takes them. */
const uint8_t *key_table_crt(const stored_key *key);
/** NULL when no key has the handle. */
stored_key *key_table_find(uint32_t handle);
/** NULL when no key of the kind has the handle. */
const stored_key *key_table_find_kind(uint32_t handle, key_kind kind);
/** NULL when no key has the handle, or it's not for this use: a symmetric key, or one of that kind. */
const stored_key *key_table_find_use(uint32_t handle, key_kind kind);
/** NULL when no key has the name. */
stored_key *key_table_find_name(const char *name);
void key_table_remove(stored_key *key);

#endif
