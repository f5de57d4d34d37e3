#include "flashModel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t bytes[FLASH_MODEL_BYTES_MAX];
static uint32_t erases[FLASH_MODEL_BYTES_MAX / FLASH_SECTOR_BYTES];
static size_t size, page_bytes = FLASH_PAGE_BYTES;
static uint32_t operations, operation_to_cut, operation_to_ignore, stuck_offset = UINT32_MAX, stuck_value;
static bool is_torn;
static uint64_t random_state;

jmp_buf flash_model_power_lost;

uint64_t seeded_number(uint64_t *state) {
  uint64_t mixed = *state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

static uint8_t random_byte(void) { return (uint8_t)seeded_number(&random_state); }

_Noreturn static void misused(const char *what, uint32_t offset) {
  fprintf(stderr, "flash model: %s at %06x, operation %u\n", what, offset, operations);
  abort();
}

static void keep_stuck(void) {
  if (stuck_offset >= size) return;
  memcpy(bytes + stuck_offset, &stuck_value, sizeof stuck_value);
}


_Noreturn static void lose_power(void) {
  keep_stuck();
  longjmp(flash_model_power_lost, 1);
}

/** In the middle: up to somewhere as erased, the rest as it was, or any bits of all of it set. */
static void erase_torn(uint8_t *sector) {
  const size_t done = seeded_number(&random_state) % (FLASH_SECTOR_BYTES + 1);
  const bool is_garbage = random_byte() % 2 == 0;
  memset(sector, 0xff, done);
  for (size_t i = 0; is_garbage && i < FLASH_SECTOR_BYTES; i += 1) sector[i] |= random_byte();
}

static void erase(uint32_t offset) {
  if (offset % FLASH_SECTOR_BYTES != 0 || offset >= size) misused("no sector", offset);
  operations += 1;
  if (operations == operation_to_ignore) return;
  const bool fails = operations == operation_to_cut;
  erases[offset / FLASH_SECTOR_BYTES] += 1;
  if (fails && is_torn) erase_torn(bytes + offset);
  else memset(bytes + offset, 0xff, FLASH_SECTOR_BYTES);
  if (fails) lose_power();
  keep_stuck();
}

/** In the middle: up to somewhere as programmed, the rest not yet or some of its bits. */
static void program_torn(uint8_t *at, const uint8_t *wanted, size_t length) {
  const size_t done = seeded_number(&random_state) % (length + 1);
  const bool is_garbage = random_byte() % 2 == 0;
  for (size_t i = 0; i < length; i += 1) {
    if (i < done && !is_garbage) at[i] &= wanted[i];
    else if (is_garbage) at[i] &= wanted[i] | random_byte();
  }
}

static bool is_stuck(uint32_t offset) { return offset - stuck_offset < sizeof stuck_value; }

static void program_page(uint32_t offset, const uint8_t *wanted, size_t length) {
  operations += 1;
  if (operations == operation_to_ignore) return;
  for (uint32_t i = 0; i < length; i += 1)
    if ((bytes[offset + i] & wanted[i]) != wanted[i] && !is_stuck(offset + i)) misused("a bit can't be set by programming", offset + i);
  const bool fails = operations == operation_to_cut;
  if (fails && is_torn) program_torn(bytes + offset, wanted, length);
  else for (size_t i = 0; i < length; i += 1) bytes[offset + i] &= wanted[i];
  if (fails) lose_power();
  keep_stuck();
}

static void program(uint32_t offset, const uint8_t *wanted, size_t length) {
  if (length == 0 || offset >= size || length > size - offset) misused("no such place", offset);
  while (length > 0) {
    const size_t left = page_bytes - offset % page_bytes, part = length < left ? length : left;
    program_page(offset, wanted, part);
    offset += (uint32_t)part;
    wanted += part;
    length -= part;
  }
}

static const uint8_t *at(uint32_t offset) {
  if (offset >= size) misused("nothing to read", offset);
  return bytes + offset;
}

const flash_port flash_model = {.erase = erase, .program = program, .at = at};

void flash_model_start(size_t wanted, uint64_t seed) {
  if (wanted > sizeof bytes) misused("it is smaller than that", 0);
  size = wanted;
  page_bytes = FLASH_PAGE_BYTES;
  memset(bytes, 0xff, size);
  memset(erases, 0, sizeof erases);
  operations = operation_to_cut = operation_to_ignore = 0;
  stuck_offset = UINT32_MAX;
  random_state = seed;
}

void flash_model_page(size_t wanted) { page_bytes = wanted; }

void flash_model_cut(uint32_t operation, bool torn) {
  operation_to_cut = operation == 0 ? 0 : operations + operation;
  is_torn = torn;
}

void flash_model_stick(uint32_t offset) {
  stuck_offset = offset;
  memcpy(&stuck_value, bytes + offset, sizeof stuck_value);
}

void flash_model_ignore(uint32_t operation) { operation_to_ignore = operations + operation; }

uint8_t *flash_model_bytes(void) { return bytes; }
uint32_t flash_model_operations(void) { return operations; }
uint32_t flash_model_erases(uint32_t offset) { return erases[offset / FLASH_SECTOR_BYTES]; }
