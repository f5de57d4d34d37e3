#include "configurationPico.h"

#include "board.h"
#include "configurationStore.h"
#include "flashLayout.h"
#include "flashPico.h"
#include "provision.h"

enum { IN_FORCE = 0 };

static configuration_store store;

void configuration_start(void) {
  store = (configuration_store){.flash = &pico_flash, .offset = FLASH_CONFIGURATION_OFFSET};
}

/** The part of the object that lies there. */
static size_t range(uint32_t place, uint32_t offset, size_t length, const uint8_t **bytes) {
  size_t whole = place == IN_FORCE ? configuration_store_in_force(&store, bytes) : configuration_store_coming(&store, bytes);
  if (whole == 0 && place == IN_FORCE) whole = provision_configuration(bytes);
  if (offset >= whole) return 0;
  *bytes += offset;
  return length < whole - offset ? length : whole - offset;
}

size_t board_configuration_read(uint32_t place, uint32_t offset, size_t length, const uint8_t **bytes) {
  return range(place, offset, length, bytes);
}

void board_configuration_sha256(uint32_t place, uint32_t offset, size_t length, uint8_t digest[32]) {
  static const uint8_t nothing[1];
  const uint8_t *bytes = nothing;
  const size_t there = range(place, offset, length, &bytes);
  board_secure_sha256(bytes, there, digest);
}

bool board_configuration_begin(size_t length) { return configuration_store_begin(&store, length); }

bool board_configuration_write(uint32_t offset, const uint8_t *bytes, size_t length) {
  return configuration_store_write(&store, offset, bytes, length);
}

bool board_configuration_finish(void) { return configuration_store_finish(&store); }
