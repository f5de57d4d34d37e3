#include "recordsPico.h"

#include "board.h"
#include "boardPico.h"
#include "flashPico.h"
#include "recordStore.h"

static record_store records;

_Static_assert(RECORD_VALUE_BYTES_MAX == BOARD_RECORD_BYTES_MAX, "board.h promises more");

void records_start(uint32_t offset, uint32_t sectors, uint32_t names) {
  if (!record_store_open(&records, &pico_flash, offset, sectors, names)) board_fatal("there is no room for records");
}

void board_tidy(void) { record_store_tidy(&records); }

size_t board_records_read(uint8_t name, const uint8_t **value) { return record_store_read(&records, name, value); }

bool board_records_write(uint8_t name, const uint8_t *value, size_t length) {
  return record_store_write(&records, name, value, length);
}
