#include "keyStore.h"

#include <string.h>

#include "board.h"
#include "keyTable.h"
#include "mbedtls/cipher.h"
#include "mbedtls/cmac.h"
#include "mbedtls/gcm.h"
#include "mbedtls/platform_util.h"
#include "random.h"

#define STORAGE_KEY_AT FLASH_PAGE_BYTES
#define STORAGE_KEY_BYTES 32
#define CHECK_BYTES 8
#define FIRST_SET_SECTOR 2
#define FORMAT 1

#define HEAD_BYTES 16
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define CHANGE_BYTES 5
#define NO_SECTOR 0
#define INDEX_TOKEN_SET 1
#define INDEX_TOKEN_NAME "index-token"

typedef struct {
  uint8_t kind, length, key[SECURE_KEY_BYTES_MAX];
} key_place;

/** A sector of a set, as far as it's used; what comes after the tag is encrypted. */
typedef struct {
  uint8_t head[HEAD_BYTES], nonce[NONCE_BYTES], zero[4], tag[TAG_BYTES];
  uint8_t identifier[16];
  key_place places[KEY_STORE_PLACES];
} key_set;

_Static_assert(sizeof(key_set) == 48 + 16 + 34 * KEY_STORE_PLACES && sizeof(key_set) <= FLASH_SECTOR_BYTES, "no gaps, and one sector");
_Static_assert(BOARD_KEY_IDENTIFIER_BYTES_MAX <= 16, "an identifier fits");

#define MARK_BYTES 8

static uint8_t mark[MARK_BYTES] = {'K', 'E', 'Y', 'S', FORMAT, 0, 'O', 'K'}; /* its class is set by key_store_open() */

static const flash_port *flash;
static uint32_t store_offset, identity_at, identity_sectors;
static struct {
  uint32_t sequence;
  uint8_t sector; /* NO_SECTOR: there is no such set */
} found[KEY_STORE_SETS];
static key_set buffer;

static uint32_t load32(const uint8_t *at) { return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]; }
static void put32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i += 1) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Flash */

static uint32_t offset_of(uint32_t sector) { return store_offset + sector * FLASH_SECTOR_BYTES; }
static const uint8_t *at(uint32_t sector, uint32_t from) { return flash->at(offset_of(sector) + from); }

static bool is_blank_at(uint32_t offset) {
  const uint8_t *bytes = flash->at(offset);
  size_t length = FLASH_SECTOR_BYTES;
  while (length > 0 && bytes[length - 1] == 0xff) length -= 1;
  return length == 0;
}

/** False: it doesn't become blank. */
static bool clear_at(uint32_t offset) {
  if (is_blank_at(offset)) return true;
  flash->erase(offset);
  return is_blank_at(offset);
}

static bool clear(uint32_t sector) { return clear_at(offset_of(sector)); }

static bool program(uint32_t sector, uint32_t from, const void *bytes, size_t length) {
  flash->program(offset_of(sector) + from, bytes, length);
  return memcmp(at(sector, from), bytes, length) == 0;
}

/* The storage key */

static bool check_of(const uint8_t key[STORAGE_KEY_BYTES], uint8_t check[16]) {
  static const uint8_t zero[16];
  return mbedtls_cipher_cmac(mbedtls_cipher_info_from_type(MBEDTLS_CIPHER_AES_256_ECB), key, 256, zero, sizeof zero, check) == 0;
}

static bool has_storage_key(void) { return memcmp(at(0, 0), mark, sizeof mark) == 0; }

static bool make_storage_key(void) {
  if (has_storage_key()) return true;
  uint8_t key[STORAGE_KEY_BYTES + 16];
  bool is_made = clear(0) && random_fill(key, STORAGE_KEY_BYTES) && check_of(key, key + STORAGE_KEY_BYTES);
  is_made = is_made && program(0, STORAGE_KEY_AT, key, STORAGE_KEY_BYTES + CHECK_BYTES) && program(0, 0, mark, sizeof mark);
  mbedtls_platform_zeroize(key, sizeof key);
  return is_made;
}

/* Zeroisation */

static const uint8_t zeros[STORAGE_KEY_BYTES + CHECK_BYTES];

static bool is_zeroised(void) { return memcmp(at(0, 0), zeros, MARK_BYTES) == 0; }

/** The mark of images of the other class, development or release. */
static bool is_of_other_class(void) {
  uint8_t other[MARK_BYTES];
  memcpy(other, mark, sizeof other);
  other[5] ^= 1;
  return memcmp(at(0, 0), other, sizeof other) == 0;
}

/** It was begun, and the power failed: the storage key isn't what its check says, or bits of the mark are gone that a key has. */
static bool is_being_zeroised(void) {
  uint8_t check[16];
  if (has_storage_key())
    return !check_of(at(0, STORAGE_KEY_AT), check) || memcmp(check, at(0, STORAGE_KEY_AT + STORAGE_KEY_BYTES), CHECK_BYTES) != 0;
  uint8_t gone = 0;
  for (size_t i = 0; i < MARK_BYTES; i += 1) gone |= mark[i] & (uint8_t)~at(0, 0)[i];
  return gone != 0;
}

static void clear_sets(void);

/** The storage key first: without it nothing that is still there can be read. */
static void zeroise(bool leaves_mark) {
  key_table_clear();
  if (is_zeroised()) return;
  if (at(0, 0)[0] == 0xff) program(0, 0, mark, MARK_BYTES); /* there never was a key; from here on the next start goes on */
  program(0, STORAGE_KEY_AT, zeros, sizeof zeros);
  clear_sets();
  for (uint32_t sector = 0; sector < identity_sectors; sector += 1) clear_at(identity_at + sector * FLASH_SECTOR_BYTES);
  if (leaves_mark) program(0, 0, zeros, MARK_BYTES);
  else clear(0);
}

/* Sets in the buffer */

static void wipe_buffer(void) { mbedtls_platform_zeroize(&buffer, sizeof buffer); }
static size_t plain_bytes(void) { return sizeof buffer.identifier + buffer.head[6] * sizeof(key_place); }

/** @param mode MBEDTLS_GCM_ENCRYPT makes the tag, MBEDTLS_GCM_DECRYPT checks it. False: it's wrong, and nothing is in the buffer */
static bool crypt(int mode) {
  mbedtls_gcm_context gcm;
  mbedtls_gcm_init(&gcm);
  int fault = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, at(0, STORAGE_KEY_AT), 8 * STORAGE_KEY_BYTES);
  if (fault == 0 && mode == MBEDTLS_GCM_ENCRYPT)
    fault = mbedtls_gcm_crypt_and_tag(&gcm, mode, plain_bytes(), buffer.nonce, NONCE_BYTES, buffer.head, HEAD_BYTES, buffer.identifier, buffer.identifier, TAG_BYTES, buffer.tag);
  else if (fault == 0)
    fault = mbedtls_gcm_auth_decrypt(&gcm, plain_bytes(), buffer.nonce, NONCE_BYTES, buffer.head, HEAD_BYTES, buffer.tag, TAG_BYTES, buffer.identifier, buffer.identifier);
  mbedtls_gcm_free(&gcm);
  if (fault != 0) wipe_buffer();
  return fault == 0;
}

static void make_head(uint8_t set, uint8_t places, uint8_t identifier_length, uint32_t sequence) {
  const uint8_t fields[8] = {'K', 'S', 'E', 'T', FORMAT, set, places, identifier_length};
  memcpy(buffer.head, fields, sizeof fields);
  put32(buffer.head + 8, sequence);
  put32(buffer.head + 12, 0);
}

/** A sector's set. False: there is none, whole and genuine, and the buffer is empty. */
static bool take(uint32_t sector, uint8_t set) {
  const uint8_t start[6] = {'K', 'S', 'E', 'T', FORMAT, set};
  wipe_buffer();
  if (!has_storage_key() || memcmp(at(sector, 0), start, sizeof start) != 0) return false;
  const uint8_t places = at(sector, 6)[0];
  if (places > KEY_STORE_PLACES || at(sector, 7)[0] > BOARD_KEY_IDENTIFIER_BYTES_MAX) return false;
  /* What comes after its places isn't the set's: the buffer has zeros there, and no key. */
  memcpy(&buffer, at(sector, 0), offsetof(key_set, places) + places * sizeof(key_place));
  return crypt(MBEDTLS_GCM_DECRYPT);
}

static bool take_set(uint32_t set) { return set < KEY_STORE_SETS && found[set].sector != NO_SECTOR && take(found[set].sector, (uint8_t)set); }

/** @returns false when a place or a handle isn't one */
static bool apply(const uint8_t *changes, size_t length) {
  for (; length > 0; length -= CHANGE_BYTES, changes += CHANGE_BYTES) {
    if (changes[0] >= KEY_STORE_PLACES) return false;
    key_place *place = &buffer.places[changes[0]];
    mbedtls_platform_zeroize(place, sizeof *place);
    const uint32_t handle = load32(changes + 1);
    if (handle == 0) continue;
    const stored_key *key = key_table_find(handle);
    if (key == NULL || key->kind == KEY_RSA) return false;
    place->kind = key->kind;
    place->length = key->length;
    memcpy(place->key, key->key, key->length);
  }
  return true;
}

static uint8_t used_places(void) {
  uint8_t used = KEY_STORE_PLACES;
  while (used > 0 && buffer.places[used - 1].length == 0) used -= 1;
  return used;
}

/** The merchant's key is found by its name: see `KEY_SET` in board.ts. */
static void name_key(void) {
  static uint8_t version;
  const stored_key *before = key_table_find_name(INDEX_TOKEN_NAME);
  if (!take_set(INDEX_TOKEN_SET) || buffer.places[0].length == 0) return;
  if (before != NULL) board_secure_erase_key(before->handle);
  stored_key *key = key_table_find(key_table_keep(buffer.places[0].kind, buffer.places[0].key, buffer.places[0].length));
  version = buffer.identifier[0];
  if (key != NULL) {
    strcpy(key->name, INDEX_TOKEN_NAME);
    key->identifier = &version;
    key->identifier_length = sizeof version;
  }
}

static uint8_t first_sector(uint8_t set) { return (uint8_t)(FIRST_SET_SECTOR + 2 * set); }

static void clear_sets(void) {
  for (uint8_t set = 0; set < KEY_STORE_SETS; set += 1) {
    clear(first_sector(set));
    clear(first_sector(set) + 1);
    found[set].sector = NO_SECTOR;
  }
}

/** What is in the buffer takes the place of what the flash has. */
static bool put(uint8_t set) {
  const uint8_t old = found[set].sector, first = first_sector(set), sector = old == first ? first + 1 : first;
  const size_t length = offsetof(key_set, identifier) + plain_bytes();
  if (!clear(sector) || !random_fill(buffer.nonce, NONCE_BYTES) || !crypt(MBEDTLS_GCM_ENCRYPT) || !program(sector, 0, &buffer, length)) return false;
  found[set].sector = sector;
  found[set].sequence = load32(buffer.head + 8);
  return old == NO_SECTOR || clear(old);
}

/* The interface */

void key_store_open(const key_store_setting *setting) {
  flash = setting->flash;
  store_offset = setting->offset;
  identity_at = setting->identity_offset;
  identity_sectors = setting->identity_sectors;
  mark[5] = setting->is_development;
  memset(found, 0, sizeof found);
  if (is_of_other_class()) zeroise(false);
  else if (is_being_zeroised()) zeroise(true);
  if (is_zeroised()) return;
  for (uint8_t set = 0; set < KEY_STORE_SETS; set += 1) {
    for (uint8_t sector = first_sector(set); sector < first_sector(set) + 2; sector += 1) {
      if (!take(sector, set) || (found[set].sector != NO_SECTOR && load32(buffer.head + 8) < found[set].sequence)) continue;
      found[set].sector = sector;
      found[set].sequence = load32(buffer.head + 8);
    }
    for (uint8_t sector = first_sector(set); sector < first_sector(set) + 2; sector += 1)
      if (sector != found[set].sector) clear(sector);
  }
  wipe_buffer();
}

void key_store_take_over(void) {
  if (is_zeroised()) key_table_clear();
  else name_key();
  wipe_buffer();
}

size_t board_keys_identifier(uint32_t set, uint8_t identifier[BOARD_KEY_IDENTIFIER_BYTES_MAX]) {
  const size_t length = take_set(set) ? buffer.head[7] : 0;
  memcpy(identifier, buffer.identifier, length);
  wipe_buffer();
  return length;
}

uint32_t board_keys_fetch(uint32_t set, uint32_t place) {
  uint32_t handle = 0;
  if (place < KEY_STORE_PLACES && take_set(set) && buffer.places[place].length > 0)
    handle = key_table_keep(buffer.places[place].kind, buffer.places[place].key, buffer.places[place].length);
  wipe_buffer();
  return handle;
}

board_stored board_keys_store(uint32_t set, const uint8_t *identifier, size_t identifier_length, const uint8_t *changes, size_t length) {
  if (flash == NULL || set >= KEY_STORE_SETS || identifier_length > BOARD_KEY_IDENTIFIER_BYTES_MAX || length % CHANGE_BYTES != 0) return BOARD_STORE_MISUSED;
  if (is_zeroised() || !make_storage_key()) return BOARD_STORE_FAILED;
  if (!take_set(set)) wipe_buffer();
  board_stored result = BOARD_STORE_MISUSED;
  if (apply(changes, length)) {
    memset(buffer.identifier, 0, sizeof buffer.identifier);
    memcpy(buffer.identifier, identifier, identifier_length);
    make_head((uint8_t)set, used_places(), (uint8_t)identifier_length, found[set].sequence + 1);
    result = put((uint8_t)set) ? BOARD_STORED : BOARD_STORE_FAILED;
    if (result == BOARD_STORED && set == INDEX_TOKEN_SET) name_key();
  }
  wipe_buffer();
  return result;
}

void board_keys_zeroise(void) { zeroise(true); }
