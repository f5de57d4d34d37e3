#include "flashPico.h"

#include <string.h>

#include "hardware/flash.h"
#include "hardware/regs/addressmap.h"
#include "hardware/sync.h"

static void erase(uint32_t offset) {
  const uint32_t interrupts = save_and_disable_interrupts();
  flash_range_erase(offset, FLASH_SECTOR_BYTES);
  restore_interrupts(interrupts);
}

/** Pages go by RAM: flash can't be read while it's programmed. What is FF in a page stays as it is. */
static void program(uint32_t offset, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    uint8_t page[FLASH_PAGE_BYTES];
    const size_t from = offset % sizeof page, room = sizeof page - from, part = length < room ? length : room;
    memset(page, 0xff, sizeof page);
    memcpy(page + from, bytes, part);
    const uint32_t interrupts = save_and_disable_interrupts();
    flash_range_program(offset - from, page, sizeof page);
    restore_interrupts(interrupts);
    offset += part;
    bytes += part;
    length -= part;
  }
}

static const uint8_t *at(uint32_t offset) { return (const uint8_t *)XIP_BASE + offset; }

const flash_port pico_flash = {.erase = erase, .program = program, .at = at};
