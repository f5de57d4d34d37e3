/**
 * What the boot library has to know of a board: its flash, and what it takes for a good image. Constant, and the same in the
 * boot stage and in the firmware of a board.
 */
#ifndef COMPTOIR_BOOT_SETTING_H
#define COMPTOIR_BOOT_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "flashPort.h"

#define BOOT_SLOTS 2
#define IMAGE_TYPE_READER 1
#define IMAGE_TYPE_DYNAMIC_CARD 2
#define RELEASE_KEYS 3
#define RELEASE_KEY_BYTES 64 /* X then Y */

typedef struct {
  const flash_port *flash;
  /** Sectors: slot A, slot B, and the record store of slotRecord.h. */
  uint32_t slot_offset[BOOT_SLOTS];
  uint32_t records_offset, records_sectors;
  /** A body is at most this long, and lies IMAGE_MANIFEST_BYTES behind the start of its slot. */
  uint32_t body_bytes_max;
  /** Added to an offset it gives the address that code is linked for. */
  uint32_t address_of_flash;
  uint32_t model;
  /** Of a reader or of a dynamic card: they are the same hardware, and neither runs the other's. */
  uint8_t image_type;
  /** One bit: the revision of this board. */
  uint32_t hardware;
  bool takes_development_images;
  uint32_t key_epoch;
  const uint8_t (*keys)[RELEASE_KEY_BYTES]; /* RELEASE_KEYS of them */
} boot_setting;

static inline uint8_t boot_other_slot(uint8_t slot) { return slot == 0 ? 1 : 0; }

#endif
