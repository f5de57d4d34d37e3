/**
 * Flash as the record store and the boot stage see it: NOR. Erasing makes FF, programming only clears bits.
 * Offsets are in bytes from the start of the flash. The three functions return when the work is done and what was done shows
 * through `at`; a failed operation shows there, too, and nowhere else.
 */
#ifndef COMPTOIR_FLASH_PORT_H
#define COMPTOIR_FLASH_PORT_H

#include <stddef.h>
#include <stdint.h>

#define FLASH_SECTOR_BYTES 4096
#define FLASH_PAGE_BYTES 256

typedef struct {
  /** One sector. */
  void (*erase)(uint32_t offset);
  /** Any range within the flash; pages, and FF where a page has nothing new, are the port's matter. `bytes` may lie in the flash itself. */
  void (*program)(uint32_t offset, const uint8_t *bytes, size_t length);
  /** Where the byte at that offset can be read, and all bytes after it. */
  const uint8_t *(*at)(uint32_t offset);
} flash_port;

#endif
