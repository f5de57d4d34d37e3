#include "flashHost.h"

#include <string.h>

#include "keyStore.h"

static uint8_t bytes[KEY_STORE_SECTORS * FLASH_SECTOR_BYTES];
static bool is_made;

static void make(void) {
  if (!is_made) memset(bytes, 0xff, sizeof bytes);
  is_made = true;
}

static void erase(uint32_t offset) { memset(bytes + offset, 0xff, FLASH_SECTOR_BYTES); }

static void program(uint32_t offset, const uint8_t *wanted, size_t length) {
  for (size_t i = 0; i < length; i += 1) bytes[offset + i] &= wanted[i];
}

static const uint8_t *at(uint32_t offset) {
  make();
  return bytes + offset;
}

const flash_port host_flash = {.erase = erase, .program = program, .at = at};
