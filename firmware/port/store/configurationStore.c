#include "configurationStore.h"

#include <string.h>

#include "crc32.h"

#define HEAD_BYTES 20
#define CHECKED 16 /* bytes of the head that its CRC is over */
#define FORMAT 1

static uint32_t load32(const uint8_t *at) { return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24; }
static void put32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i += 1) at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t start_of(const configuration_store *store, uint32_t place) {
  return store->offset + place * CONFIGURATION_PLACE_BYTES;
}
static const uint8_t *at(const configuration_store *store, uint32_t place, size_t offset) {
  return store->flash->at(start_of(store, place) + (uint32_t)offset);
}

static void make_head(uint32_t number, uint32_t length, uint8_t head[HEAD_BYTES]) {
  memcpy(head, "CONF", 4);
  put32(head + 4, FORMAT);
  put32(head + 8, number);
  put32(head + 12, length);
  put32(head + CHECKED, crc32(0, head, CHECKED));
}

/** Length of what is there; 0: nothing is. */
static uint32_t read_head(const configuration_store *store, uint32_t place, uint32_t *number) {
  uint8_t expected[HEAD_BYTES];
  const uint8_t *head = at(store, place, 0);
  const uint32_t length = load32(head + 12);
  *number = load32(head + 8);
  make_head(*number, length, expected);
  return memcmp(head, expected, HEAD_BYTES) == 0 && length <= CONFIGURATION_BYTES_MAX ? length : 0;
}

/** @returns the place in force, or CONFIGURATION_PLACES */
static uint32_t find(const configuration_store *store, uint32_t *number, uint32_t *length) {
  uint32_t found = CONFIGURATION_PLACES, own;
  *number = *length = 0;
  for (uint32_t place = 0; place < CONFIGURATION_PLACES; place += 1) {
    const uint32_t here = read_head(store, place, &own);
    if (here == 0 || (found < CONFIGURATION_PLACES && (int32_t)(own - *number) <= 0)) continue;
    found = place;
    *number = own;
    *length = here;
  }
  return found;
}

static uint32_t other_place(const configuration_store *store, uint32_t *number) {
  uint32_t length;
  return find(store, number, &length) == 0 ? 1 : 0;
}

static bool is_erased(const uint8_t *bytes, size_t length) {
  while (length > 0 && bytes[length - 1] == 0xff) length -= 1;
  return length == 0;
}

size_t configuration_store_in_force(const configuration_store *store, const uint8_t **bytes) {
  uint32_t number, length;
  const uint32_t place = find(store, &number, &length);
  if (place < CONFIGURATION_PLACES) *bytes = at(store, place, FLASH_PAGE_BYTES);
  return length;
}

size_t configuration_store_coming(const configuration_store *store, const uint8_t **bytes) {
  uint32_t number;
  if (store->coming > 0) *bytes = at(store, other_place(store, &number), FLASH_PAGE_BYTES);
  return store->coming;
}

bool configuration_store_begin(configuration_store *store, size_t length) {
  uint32_t number;
  const uint32_t place = other_place(store, &number);
  store->coming = 0;
  if (length == 0 || length > CONFIGURATION_BYTES_MAX) return false;
  const size_t end = FLASH_PAGE_BYTES + length;
  /* Whether it was erased is seen when it's programmed. */
  for (uint32_t from = 0; from < end; from += FLASH_SECTOR_BYTES) store->flash->erase(start_of(store, place) + from);
  store->coming = length;
  return true;
}

bool configuration_store_write(const configuration_store *store, size_t offset, const uint8_t *bytes, size_t length) {
  uint32_t number;
  if (offset > store->coming || length > store->coming - offset) return false;
  const uint32_t place = other_place(store, &number);
  const uint8_t *there = at(store, place, FLASH_PAGE_BYTES + offset);
  if (memcmp(there, bytes, length) == 0) return true;
  if (!is_erased(there, length)) return false;
  store->flash->program(start_of(store, place) + FLASH_PAGE_BYTES + (uint32_t)offset, bytes, length);
  return memcmp(there, bytes, length) == 0;
}

bool configuration_store_finish(configuration_store *store) {
  uint32_t number;
  uint8_t head[HEAD_BYTES];
  if (store->coming == 0) return false;
  const uint32_t place = other_place(store, &number);
  make_head(number + 1, (uint32_t)store->coming, head);
  store->coming = 0;
  store->flash->program(start_of(store, place), head, HEAD_BYTES);
  return memcmp(at(store, place, 0), head, HEAD_BYTES) == 0;
}
