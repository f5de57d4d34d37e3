#include "recordStore.h"

#include <string.h>

#include "crc32.h"

#define UNIT 16 /* the size of both heads, and what records are aligned to */
#define CHECKED 12 /* bytes of a head that its CRC is over */
#define FORMAT 1
#define MARK 0xa5

static uint16_t load16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }
static uint32_t load32(const uint8_t *at) { return load16(at) | (uint32_t)load16(at + 2) << 16; }
static void put32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i += 1) at[i] = (uint8_t)(value >> 8 * i);
}
static void seal_head(uint8_t head[UNIT]) { put32(head + CHECKED, crc32(0, head, CHECKED)); }
static bool is_sealed(const uint8_t *head) { return load32(head + CHECKED) == crc32(0, head, CHECKED); }

static bool is_all(const uint8_t *bytes, size_t length, uint8_t value) {
  while (length > 0 && bytes[length - 1] == value) length -= 1;
  return length == 0;
}

static const uint8_t *at(const record_store *store, uint32_t place) { return store->flash->at(store->offset + place); }
static uint32_t start_of(uint32_t sector) { return sector * FLASH_SECTOR_BYTES; }
static uint32_t nth(const record_store *store, uint32_t n) { return (store->oldest + n) % store->sectors; }
static uint32_t newest(const record_store *store) { return nth(store, store->used - 1u); }
static uint32_t sector_of(uint16_t place) { return place * UNIT / FLASH_SECTOR_BYTES; }
static bool is_whole(const record_store *store) { return store->used == store->sectors - 1; }

static uint32_t room_of(size_t length) { return UNIT + (uint32_t)(length + UNIT - 1) / UNIT * UNIT; }

static bool program(const record_store *store, uint32_t place, const uint8_t *bytes, size_t length) {
  store->flash->program(store->offset + place, bytes, length);
  return memcmp(at(store, place), bytes, length) == 0;
}

/* Sectors */

static void make_sector_head(const record_store *store, uint32_t sequence, uint8_t head[UNIT]) {
  const uint8_t fields[8] = {'R', 'E', 'C', 'S', FORMAT, store->sectors, 0, 0};
  memcpy(head, fields, sizeof fields);
  put32(head + 8, sequence);
  seal_head(head);
}

static bool read_sequence(const record_store *store, uint32_t sector, uint32_t *sequence) {
  uint8_t expected[UNIT];
  const uint8_t *head = at(store, start_of(sector));
  *sequence = load32(head + 8);
  make_sector_head(store, *sequence, expected);
  return memcmp(head, expected, UNIT) == 0;
}

/** From here on nothing in it counts. False: it still does. */
static bool give_up(const record_store *store, uint32_t sector) {
  static const uint8_t zero[UNIT];
  uint32_t unused;
  program(store, start_of(sector), zero, UNIT);
  return !read_sequence(store, sector, &unused);
}

static bool prepare(const record_store *store, uint32_t sector, uint32_t sequence) {
  uint8_t head[UNIT];
  store->flash->erase(store->offset + start_of(sector));
  make_sector_head(store, sequence, head);
  return is_all(at(store, start_of(sector)), FLASH_SECTOR_BYTES, 0xff) && program(store, start_of(sector), head, UNIT);
}

/* Records */

/** The length of the record's value, or -1 when the sector's records end here. */
static int32_t length_at(const record_store *store, uint32_t place) {
  const uint32_t left = FLASH_SECTOR_BYTES - place % FLASH_SECTOR_BYTES;
  const uint8_t *head = at(store, place);
  if (left < UNIT || head[1] != MARK || !is_sealed(head)) return -1;
  return head[0] < store->names && room_of(load16(head + 2)) <= left ? load16(head + 2) : -1;
}

static bool has_its_value(const record_store *store, uint32_t place, size_t length) {
  return crc32(0, at(store, place + UNIT), length) == load32(at(store, place + 4));
}

/** Takes note of all records. @returns the end of the last one, or of the sector when there is something behind it */
static uint16_t scan(record_store *store, uint32_t sector) {
  uint32_t place = start_of(sector) + UNIT;
  const uint32_t end = start_of(sector) + FLASH_SECTOR_BYTES;
  for (int32_t length; place < end && (length = length_at(store, place)) >= 0; place += room_of((size_t)length))
    if (has_its_value(store, place, (size_t)length)) store->places[*at(store, place)] = (uint16_t)(place / UNIT);
  const bool is_clean = is_all(at(store, place), end - place, 0xff);
  return (uint16_t)(is_clean ? place - start_of(sector) : FLASH_SECTOR_BYTES);
}

/** A cut or a fault on the way leaves a record that doesn't count; the sector takes no more when it can't be told where it ends. */
static bool append(record_store *store, uint8_t name, const uint8_t *value, size_t length) {
  const uint32_t place = start_of(newest(store)) + store->end;
  uint8_t head[UNIT] = {name, MARK, (uint8_t)length, (uint8_t)(length >> 8), [8] = 0xff, 0xff, 0xff, 0xff};
  put32(head + 4, crc32(0, value, length));
  seal_head(head);
  const bool is_good = program(store, place, head, UNIT) && (length == 0 || program(store, place + UNIT, value, length));
  store->end = (uint16_t)(is_good ? store->end + room_of(length) : FLASH_SECTOR_BYTES);
  if (is_good) store->places[name] = (uint16_t)(place / UNIT);
  return is_good;
}

static uint32_t live_bytes(const record_store *store, uint32_t sector) {
  uint32_t sum = 0;
  for (uint8_t name = 0; name < store->names; name += 1) {
    const uint16_t place = store->places[name];
    if (place != 0 && sector_of(place) == sector) sum += room_of(load16(at(store, place * UNIT + 2)));
  }
  return sum;
}

/* Going on to the next sector */

static bool make_spare_ready(record_store *store) {
  if (!store->spare_is_ready) store->spare_is_ready = prepare(store, nth(store, store->used), store->sequence + 1);
  return store->spare_is_ready;
}

static void begin_sector(record_store *store) {
  store->used += 1;
  store->sequence += 1;
  store->end = UNIT;
  store->spare_is_ready = false;
}

static bool copy_live(record_store *store, uint32_t sector) {
  for (uint8_t name = 0; name < store->names; name += 1) {
    const uint32_t place = store->places[name] * (uint32_t)UNIT;
    if (place == 0 || sector_of(store->places[name]) != sector) continue;
    const size_t length = load16(at(store, place + 2));
    if (!append(store, name, at(store, place + UNIT), length)) return false;
  }
  return true;
}

/** False: nothing has changed but the spare sector. */
static bool begin_next(record_store *store) {
  const bool was_whole = is_whole(store);
  if (!make_spare_ready(store)) return false;
  const record_store before = *store;
  begin_sector(store);
  if (!was_whole) return true;
  if (copy_live(store, before.oldest) && give_up(store, before.oldest)) {
    store->oldest = (uint8_t)nth(store, 1);
    store->used -= 1;
    return true;
  }
  *store = before;
  store->spare_is_ready = false;
  return false;
}

/** Whether a record can be appended, be it after copying: no erasure is spent on what can't succeed. */
static bool has_room(const record_store *store, uint32_t room) {
  if (!is_whole(store) || store->end + room <= FLASH_SECTOR_BYTES) return true;
  for (uint32_t n = 0; n < store->used; n += 1)
    if (UNIT + live_bytes(store, nth(store, n)) + room <= FLASH_SECTOR_BYTES) return true;
  return false;
}

/* The interface */

/** Finds the sectors in use: the newest, and before it in the ring those that count down from it. */
static void find_sectors(record_store *store) {
  uint32_t sequence, before;
  for (uint32_t sector = 0; sector < store->sectors; sector += 1) {
    if (!read_sequence(store, sector, &sequence)) continue;
    if (store->used > 0 && (int32_t)(sequence - store->sequence) <= 0) continue;
    store->used = 1;
    store->oldest = (uint8_t)sector;
    store->sequence = sequence;
  }
  while (store->used > 0 && store->used < store->sectors) {
    const uint32_t earlier = nth(store, store->sectors - 1u);
    if (!read_sequence(store, earlier, &before) || before != store->sequence - store->used) return;
    store->oldest = (uint8_t)earlier;
    store->used += 1;
  }
}

bool record_store_open(record_store *store, const flash_port *flash, uint32_t offset, uint32_t sectors, uint32_t names) {
  if (sectors < RECORD_SECTORS_MIN || sectors > RECORD_SECTORS_MAX || offset % FLASH_SECTOR_BYTES != 0) return false;
  if (names > RECORD_NAMES_MAX) return false;
  *store = (record_store){.flash = flash, .offset = offset, .names = (uint8_t)names, .sectors = (uint8_t)sectors, .end = FLASH_SECTOR_BYTES};
  find_sectors(store);
  if (store->used == store->sectors) {
    const uint32_t spare = newest(store);
    store->spare_is_ready = is_all(at(store, start_of(spare) + UNIT), FLASH_SECTOR_BYTES - UNIT, 0xff);
    store->used -= 1;
    store->sequence -= 1;
  }
  for (uint32_t n = 0; n < store->used; n += 1) store->end = scan(store, nth(store, n));
  return true;
}

size_t record_store_read(const record_store *store, uint8_t name, const uint8_t **value) {
  if (name >= store->names || store->places[name] == 0) return 0;
  const uint32_t place = store->places[name] * (uint32_t)UNIT;
  const int32_t length = length_at(store, place);
  if (length <= 0 || !has_its_value(store, place, (size_t)length)) return 0;
  *value = at(store, place + UNIT);
  return (size_t)length;
}

bool record_store_write(record_store *store, uint8_t name, const uint8_t *value, size_t length) {
  if (name >= store->names || length > RECORD_VALUE_BYTES_MAX) return false;
  const uint8_t *old;
  if (record_store_read(store, name, &old) == length && (length == 0 || memcmp(old, value, length) == 0)) return true;
  const uint32_t room = room_of(length);
  if (!has_room(store, room)) return false;
  for (uint32_t sectors_begun = 0; sectors_begun <= store->sectors; sectors_begun += 1) {
    if (store->end + room <= FLASH_SECTOR_BYTES && append(store, name, value, length)) return true;
    if (!begin_next(store)) return false;
  }
  return false;
}

void record_store_tidy(record_store *store) { make_spare_ready(store); }
