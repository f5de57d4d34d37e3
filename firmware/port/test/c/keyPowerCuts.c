/**
 * Cuts the power at every flash operation of the key store while DUKPT advances as firmware/src/token/dukpt.ts has it, while a ticket's keys are
 * loaded as keyLoad.ts does it, of a zeroisation, and of a start with an image of the other class, clean and torn, and again in what comes after;
 * then looks at every counter that was given out, and for every key that was in the flash.
 *
 *   keyPowerCuts CASES SEED     prints what was done as JSON; the first that isn't as it must be ends it with 1
 *
 * Geometries: the same store at three places, in flash whose unit of programming, and of a cut, is 256, 64 and 16 bytes.
 * What ends it: after a zeroisation, a key; before, a counter that comes twice, a key of a counter that was or can be used now in the flash, keys that are lost,
 * new keys of a ticket that isn't used up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "flashModel.h"
#include "keyStore.h"
#include "keyTable.h"
#include "mbedtls/gcm.h"
#include "recordStore.h"
#include "secure.h"

#define FLASH_BYTES (20 * FLASH_SECTOR_BYTES)
#define IDENTITY_OFFSET FLASH_SECTOR_BYTES
#define NEIGHBOUR 0x5a
#define SET_DUKPT 0
#define SET_TOKEN 1
#define AHEAD_BITS 6
#define AHEAD (1u << AHEAD_BITS)
#define REGISTERS 32
#define USED_MAX (1u << 16)
#define KEYS_SEEN_MAX 4096

static const struct { uint32_t offset, records, page; } geometries[] = {
    {2 * FLASH_SECTOR_BYTES, 14 * FLASH_SECTOR_BYTES, 256},
    {5 * FLASH_SECTOR_BYTES, 16 * FLASH_SECTOR_BYTES, 64},
    {9 * FLASH_SECTOR_BYTES, 4 * FLASH_SECTOR_BYTES, 16},
};
#define RECORD_SECTORS 3
#define GEOMETRIES 3

static const uint8_t initial_key[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};
static const uint8_t first_identifier[8] = {'B', 'D', 'K', '1', 'R', 'E', 'A', 'D'}, next_identifier[8] = {'N', 'E', 'W', '1', 'R', 'E', 'A', 'D'};
/* Of the keys that are there. */
static const uint8_t *identifier = first_identifier;

/** What a power cut doesn't touch: who watches the reader. */
static bool was_used[2][USED_MAX]; /* of either identifier */
static uint8_t seen_keys[KEYS_SEEN_MAX][32]; /* of counters that are used or usable now */
static uint32_t seen;

static uint64_t seed;
static uint32_t geometry, cases, double_cuts, counters, searches, tokens_stored, dukpt_cuts, zeroise_cuts, load_cuts, class_cuts, loads, reopened;

_Noreturn static void fail(const char *what) {
  fprintf(stderr, "case %u, geometry %u: %s\n", cases, geometry, what);
  exit(1);
}

static uint32_t below(uint32_t limit) { return (uint32_t)(seeded_number(&seed) % limit); }

bool board_seed(uint8_t *bytes, size_t length) {
  static uint8_t next;
  for (size_t i = 0; i < length; i += 1) bytes[i] = (uint8_t)(i * 7 + next);
  next += 1;
  return true;
}
const char *board_identity_model(void) { return "power cuts"; }
const char *board_identity_serial(void) { return "CUTS"; }

/* The walk over handles, as the script has it. */

static uint32_t registers[AHEAD_BITS + 1], counter;
static bool is_open;

static uint32_t ones(uint32_t value) { return (uint32_t)__builtin_popcount(value); }
static uint32_t lowest(uint32_t value) { return value == 0 ? REGISTERS : (uint32_t)__builtin_ctz(value); }
static uint32_t place_of(uint32_t value) { return lowest(value) < AHEAD_BITS ? lowest(value) : AHEAD_BITS; }

static void put32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i += 1) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t derive(uint32_t parent, uint32_t usage, uint32_t of) {
  uint8_t data[32];
  for (uint8_t block = 0; block < 2; block += 1) {
    const uint8_t head[8] = {1, block + 1, (uint8_t)(usage >> 8), (uint8_t)usage, 0, 4, 1, 0};
    memcpy(data + 16 * block, head, 8);
    memcpy(data + 16 * block + 8, identifier + 4, 4);
    put32(data + 16 * block + 12, of);
  }
  const uint32_t key = board_secure_derive_key(parent, data, sizeof data);
  if (key == 0) fail("no key is derived");
  return key;
}

static void remember(uint32_t key) {
  if (seen == KEYS_SEEN_MAX) fail("too many keys to remember");
  memcpy(seen_keys[seen++], key_table_find(key)->key, 32);
}

/** The script's `begin`. False: the flash failed. */
static bool begin(uint32_t first, uint32_t key) {
  uint8_t changes[5 * (REGISTERS + 1)], known_by[12];
  size_t length = 0;
  const uint32_t bit = lowest(first);
  if (bit < REGISTERS) changes[0] = (uint8_t)bit, put32(changes + 1, 0), length = 5;
  for (uint32_t lower = AHEAD_BITS; lower < bit && ones(first) < 16; lower += 1, length += 5) {
    changes[length] = (uint8_t)lower;
    put32(changes + length + 1, derive(key, 0x8000, first + (1u << lower)));
  }
#ifdef CHECKPOINT_NOT_AHEAD /* the state in flash is that of now */
  memcpy(known_by, identifier, 8);
  put32(known_by + 8, first);
  if (first > 0) length = 0;
  if (first == 0) put32(known_by + 8, AHEAD);
#else
  memcpy(known_by, identifier, 8);
  put32(known_by + 8, ones(first) < 16 ? first + AHEAD : first + (1u << bit));
#endif
  if (board_keys_store(SET_DUKPT, known_by, sizeof known_by, changes, length) != BOARD_STORED) return false;
  for (size_t at = bit < REGISTERS ? 5 : 0; at < length; at += 5) board_secure_erase_key((uint32_t)changes[at + 1] << 24 | (uint32_t)changes[at + 2] << 16 | (uint32_t)changes[at + 3] << 8 | changes[at + 4]);
  registers[AHEAD_BITS] = key;
  counter = first;
  is_open = true;
  return true;
}

static void use(void) {
  const uint32_t at = place_of(counter), before = counter;
  for (uint32_t lower = 0; lower < at && ones(counter) < 16; lower += 1) registers[lower] = derive(registers[at], 0x8000, counter + (1u << lower));
  board_secure_erase_key(registers[at]);
  counter += ones(counter) < 16 ? 1 : 1u << lowest(counter);
  is_open = counter / AHEAD == before / AHEAD;
}

/** Makes the next counter usable. */
static void prepare(void) {
  if (is_open) return;
  uint8_t known_by[12];
  if (board_keys_identifier(SET_DUKPT, known_by) == 0) {
    const uint32_t key = board_secure_known_key(initial_key, sizeof initial_key);
    identifier = first_identifier;
    if (!begin(0, key)) fail("the flash failed");
    use();
    return;
  }
  identifier = memcmp(known_by, next_identifier, sizeof next_identifier) == 0 ? next_identifier : first_identifier;
  const uint32_t first = (uint32_t)known_by[8] << 24 | (uint32_t)known_by[9] << 16 | (uint32_t)known_by[10] << 8 | known_by[11];
  const uint32_t key = board_keys_fetch(SET_DUKPT, lowest(first));
  if (key == 0) fail("a key is lost");
  if (!begin(first, key)) fail("the flash failed");
  remember(key); /* from here on it can be used */
}

static void take(void) {
  prepare();
  if (counter >= USED_MAX) fail("too many counters to remember");
  bool *used = &was_used[identifier == next_identifier][counter];
  if (*used) fail("a counter comes twice");
  *used = true;
  counters += 1;
  remember(registers[place_of(counter)]);
  use();
}

/* What is in the flash */

/** Whatever can be decrypted of a sector, whole or not, a key used before is not among it. */
static void search_flash(void) {
  const uint8_t *store = flash_model_bytes() + geometries[geometry].offset;
  searches += 1;
  for (uint32_t sector = 2; sector < KEY_STORE_SECTORS; sector += 1) {
    const uint8_t *bytes = store + sector * FLASH_SECTOR_BYTES;
    if (bytes[0] == 0xff && memcmp(bytes, bytes + 1, FLASH_SECTOR_BYTES - 1) == 0) continue;
    static uint8_t plain[16 + 34 * KEY_STORE_PLACES];
    mbedtls_gcm_context gcm;
    mbedtls_gcm_init(&gcm);
    size_t length;
    if (mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, store + 256, 256) != 0 || mbedtls_gcm_starts(&gcm, MBEDTLS_GCM_DECRYPT, bytes + 16, 12) != 0 ||
        mbedtls_gcm_update(&gcm, bytes + 48, sizeof plain, plain, sizeof plain, &length) != 0)
      fail("the flash can't be searched");
    mbedtls_gcm_free(&gcm);
    for (uint32_t place = 0; place < KEY_STORE_PLACES; place += 1)
      for (uint32_t key = 0; key < seen; key += 1)
        if (memcmp(plain + 16 + 34 * place + 2, seen_keys[key], 32) == 0) fail("a used key is in the flash");
  }
  if (memmem(store, KEY_STORE_SECTORS * FLASH_SECTOR_BYTES, initial_key, sizeof initial_key) != NULL) fail("the initial key is in the flash");
}

static void check_neighbours(void) {
  const uint8_t *bytes = flash_model_bytes();
  const uint32_t start = geometries[geometry].offset, end = start + KEY_STORE_SECTORS * FLASH_SECTOR_BYTES;
  for (uint32_t at = 0; at < FLASH_BYTES; at += 1)
    if ((at < start || at >= end) && bytes[at] != NEIGHBOUR) fail("flash beside the store was changed");
}

/* Power */

static bool is_blank(uint32_t sector) {
  const uint8_t *bytes = flash_model_bytes() + geometries[geometry].offset + sector * FLASH_SECTOR_BYTES;
  return bytes[0] == 0xff && memcmp(bytes, bytes + 1, FLASH_SECTOR_BYTES - 1) == 0;
}

static void open_store_of(bool is_development) {
  const key_store_setting setting = {.flash = &flash_model, .offset = geometries[geometry].offset, .identity_offset = IDENTITY_OFFSET, .identity_sectors = 1, .is_development = is_development};
  key_store_open(&setting);
}

static void open_store(void) { open_store_of(true); }

static void power_on(void) {
  key_table_clear();
  is_open = false;
  reopened += 1;
  open_store();
  for (uint32_t sector = 2; sector < KEY_STORE_SECTORS; sector += 2)
    if (!is_blank(sector) && !is_blank(sector + 1)) fail("a set has two records");
}

static void load_token_key(uint8_t version) {
  uint8_t changes[5] = {0};
  const uint32_t key = board_secure_known_key(initial_key, 16);
  put32(changes + 1, key);
  if (board_keys_store(SET_TOKEN, &version, 1, changes, sizeof changes) != BOARD_STORED) fail("a key isn't stored");
  if (board_keys_fetch(SET_TOKEN, 1) != 0 || board_keys_fetch(SET_TOKEN, KEY_STORE_PLACES - 1) != 0) fail("an empty place has a key");
  board_secure_erase_key(key);
  tokens_stored += 1;
}

/** One time of power: some counters over the end of a block, and now and then another set. */
static void live(void) {
  power_on();
  for (uint32_t more = 2; more > 0; more -= 1) {
    take();
    if (more == 2) search_flash();
    while (is_open && below(8) != 0) take();
    if (below(4) == 0) load_token_key((uint8_t)below(32));
    is_open = false; /* as after the last of the 64 */
  }
}

/* Zeroisation */

static const uint8_t identity_key[32] = "the scalar of the identity's key"; /* without an end */
static uint8_t storage_key[32];

static bool flash_has(const uint8_t *key, size_t length) { return memmem(flash_model_bytes(), FLASH_BYTES, key, length) != NULL; }

/** Nothing can be told from the flash any more: not a quarter of a key. */
static void check_gone(void) {
  for (uint32_t at = 0; at < 32; at += 8)
    if (flash_has(storage_key + at, 8) || flash_has(identity_key + at, 8)) fail("a key is left after the zeroisation");
  for (uint32_t sector = 2; sector < KEY_STORE_SECTORS; sector += 1)
    if (!is_blank(sector)) fail("a set is left after the zeroisation");
  uint8_t known_by[12];
  const uint8_t version = 1, none[1] = {0};
  if (board_keys_identifier(SET_DUKPT, known_by) != 0 || board_keys_fetch(SET_DUKPT, 6) != 0) fail("a zeroised reader has keys");
  if (board_keys_store(SET_TOKEN, &version, 1, none, 0) != BOARD_STORE_FAILED) fail("a zeroised reader takes keys");
  if (board_secure_find_key("identity") != 0) fail("a zeroised reader has what it came with");
}

static void start_zeroised(void) {
  key_table_clear();
  open_store();
  secure_provision("identity", identity_key, sizeof identity_key, NULL, 0);
  key_store_take_over();
}

/** In the middle of it, and in its going on; then the next start ends it. @returns false when it ended before the cut */
static bool zeroise_cut(uint32_t operation, bool is_torn) {
  flash_model_cut(operation, is_torn);
  if (setjmp(flash_model_power_lost) == 0) {
    board_keys_zeroise();
    flash_model_cut(0, false);
    check_gone();
    return false;
  }
  zeroise_cuts += 1;
  cases += 1;
  if (!is_torn && operation >= 1 && flash_has(storage_key, 8)) fail("the storage key isn't the first to go");
  for (volatile uint32_t more = below(3); more > 0; more -= 1) {
    flash_model_cut(1 + below(8), below(2) == 0);
    if (setjmp(flash_model_power_lost) != 0) double_cuts += 1, cases += 1;
    else start_zeroised();
    flash_model_cut(0, false);
  }
  start_zeroised();
  /* A first operation that did nothing at all leaves all as it was: the line, or the one who decommissions, says it again. */
  if (is_torn && operation == 1 && flash_has(storage_key, sizeof storage_key)) board_keys_zeroise();
  check_gone();
  start_zeroised();
  check_gone();
  return true;
}

static uint8_t before[FLASH_BYTES];

/** A reader with an identity and keys; what it is, is in `before`. */
static void start_with_keys(void) {
  flash_model_start(FLASH_BYTES, seed);
  flash_model_page(geometries[geometry].page);
  memset(flash_model_bytes(), NEIGHBOUR, FLASH_BYTES);
  memset(flash_model_bytes() + IDENTITY_OFFSET, 0xff, FLASH_SECTOR_BYTES);
  memset(flash_model_bytes() + geometries[geometry].offset, 0xff, KEY_STORE_SECTORS * FLASH_SECTOR_BYTES);
  memset(flash_model_bytes() + geometries[geometry].records, 0xff, RECORD_SECTORS * FLASH_SECTOR_BYTES);
  memcpy(flash_model_bytes() + IDENTITY_OFFSET + 100, identity_key, sizeof identity_key);
  memset(was_used, 0, sizeof was_used);
  seen = 0;
  live();
  load_token_key(3);
  memcpy(storage_key, flash_model_bytes() + geometries[geometry].offset + 256, sizeof storage_key);
  memcpy(before, flash_model_bytes(), FLASH_BYTES);
}

/** Every operation of it, until there are no more. */
static void zeroise_row(bool is_torn) {
  start_with_keys();
  for (uint32_t operation = 1;; operation += 1) {
    memcpy(flash_model_bytes(), before, FLASH_BYTES);
    start_zeroised();
    if (!zeroise_cut(operation, is_torn)) return;
  }
}

/* A start with an image of the other class: a release image on a development board */

static void check_empty(void) {
  uint8_t known_by[12];
  for (uint32_t at = 0; at < 32; at += 8)
    if (flash_has(storage_key + at, 8) || flash_has(identity_key + at, 8)) fail("a key of the other class is left");
  if (board_keys_identifier(SET_DUKPT, known_by) != 0 || board_keys_fetch(SET_TOKEN, 0) != 0) fail("there are keys of the other class");
}

static void class_row(bool is_torn) {
  start_with_keys();
  for (uint32_t operation = 1;; operation += 1) {
    memcpy(flash_model_bytes(), before, FLASH_BYTES);
    key_table_clear();
    flash_model_cut(operation, is_torn);
    const bool is_cut = setjmp(flash_model_power_lost) != 0;
    if (!is_cut) open_store_of(false);
    flash_model_cut(0, false);
    if (is_cut) class_cuts += 1, cases += 1;
    for (volatile uint32_t more = is_cut ? below(3) : 0; more > 0; more -= 1) {
      flash_model_cut(1 + below(8), below(2) == 0);
      if (setjmp(flash_model_power_lost) != 0) double_cuts += 1, class_cuts += 1, cases += 1;
      else open_store_of(false);
      flash_model_cut(0, false);
    }
    open_store_of(false);
    check_empty();
    /* And it isn't a zeroised reader: it takes keys of its own. */
    load_token_key(4);
    open_store_of(false);
    if (board_keys_fetch(SET_TOKEN, 0) == 0) fail("a key of its own is lost");
    key_table_clear();
    if (!is_cut) return;
  }
}

/* A ticket's keys, as keyLoad.ts takes them */

static const uint8_t next_key[32] = {9, 9, 9, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};
static record_store records;

static uint8_t sequence_kept(void) {
  const uint8_t *kept;
  if (!record_store_open(&records, &flash_model, geometries[geometry].records, RECORD_SECTORS, 4)) fail("the records don't open");
  return record_store_read(&records, 1, &kept) == 1 ? kept[0] : 0;
}

/** The ticket is used up first, then comes the initial key, then the merchant's. False: it was used up before. */
static bool load_ticket(uint8_t sequence) {
  if (sequence <= sequence_kept()) return false;
#ifndef TICKET_USED_UP_LAST
  if (!record_store_write(&records, 1, &sequence, 1)) fail("the flash failed");
#endif
  const uint32_t key = board_secure_known_key(next_key, sizeof next_key);
  identifier = next_identifier;
  if (!begin(0, key)) fail("the flash failed");
  use();
  load_token_key(7);
#ifdef TICKET_USED_UP_LAST
  if (!record_store_write(&records, 1, &sequence, 1)) fail("the flash failed");
#endif
  loads += 1;
  return true;
}

static bool has_next_keys(void) {
  uint8_t known_by[12];
  return board_keys_identifier(SET_DUKPT, known_by) == 12 && memcmp(known_by, next_identifier, sizeof next_identifier) == 0;
}

static void load_row(bool is_torn) {
  static bool used_before[2][USED_MAX];
  start_with_keys();
  memcpy(used_before, was_used, sizeof was_used);
  for (uint32_t operation = 1;; operation += 1) {
    memcpy(flash_model_bytes(), before, FLASH_BYTES);
    memcpy(was_used, used_before, sizeof was_used);
    const uint32_t seen_before = seen;
    power_on();
    flash_model_cut(operation, is_torn);
    const bool is_cut = setjmp(flash_model_power_lost) != 0;
    if (!is_cut) load_ticket(1);
    flash_model_cut(0, false);
    if (is_cut) load_cuts += 1, cases += 1;
    power_on();
    uint8_t version[12] = {0};
    board_keys_identifier(SET_TOKEN, version);
    if (has_next_keys() && sequence_kept() == 0) fail("new keys, and their ticket may come again");
    if (version[0] == 7 && !has_next_keys()) fail("the merchant's key without the initial key");
    if (!is_cut && version[0] != 7) fail("a key that was loaded is lost");
    /* Some counters under whatever is there; then the ticket comes again, and some more. */
    for (uint32_t more = 3; more > 0; more -= 1) take();
    power_on();
    const bool was_taken = sequence_kept() > 0;
    if (load_ticket(1) == was_taken) fail("a ticket comes twice, or never");
    for (uint32_t more = 3; more > 0; more -= 1) take();
    power_on();
    take();
    search_flash();
    seen = seen_before;
    if (!is_cut) return;
  }
}

/** False: it ended before the cut. */
static bool live_cut(uint32_t operation, bool is_torn) {
  flash_model_cut(operation, is_torn);
  if (setjmp(flash_model_power_lost) != 0) {
    dukpt_cuts += 1;
    cases += 1;
    return true;
  }
  live();
  flash_model_cut(0, false);
  return false;
}

static void run_row(uint32_t first, bool is_torn) {
  flash_model_start(FLASH_BYTES, seed);
  flash_model_page(geometries[geometry].page);
  memset(flash_model_bytes(), NEIGHBOUR, FLASH_BYTES);
  memset(flash_model_bytes() + geometries[geometry].offset, 0xff, KEY_STORE_SECTORS * FLASH_SECTOR_BYTES);
  memset(was_used, 0, sizeof was_used);
  seen = 0;
  for (uint32_t start = below(3); start > 0; start -= 1) live();
  if (live_cut(first, is_torn))
    for (uint32_t more = below(4); more > 0; more -= 1) double_cuts += live_cut(1 + below(24), below(2) == 0);
  live();
  live();
  search_flash();
  check_neighbours();
}

int main(int count, char **values) {
  if (count != 3) return 2;
  const uint32_t wanted = (uint32_t)strtoul(values[1], NULL, 10);
  seed = strtoull(values[2], NULL, 10);
  if (!secure_start()) fail("the cryptography doesn't start");
  for (uint32_t first = 1; cases < wanted; first = first % 100 + 1)
    for (geometry = 0; geometry < GEOMETRIES; geometry += 1) {
      zeroise_row(first % 2 == 0);
      class_row(first % 2 == 0);
      if (first % 4 == 1) load_row(first % 8 == 1);
      for (uint32_t torn = 0; torn < 4; torn += 1) run_row(first, torn > 0); /* torn three times, each otherwise */
    }
  printf("{\"cases\": %u, \"doubleCuts\": %u, \"counters\": %u, \"searches\": %u, \"otherSets\": %u, \"dukptCuts\": %u, \"zeroiseCuts\": %u, \"loadCuts\": %u, \"classCuts\": %u, \"loads\": %u, \"starts\": %u, \"geometries\": %u}\n",
         cases, double_cuts, counters, searches, tokens_stored, dukpt_cuts, zeroise_cuts, load_cuts, class_cuts, loads, reopened, GEOMETRIES);
  return 0;
}
