/**
 * `KeyStore`: sets of keys in NOR flash, encrypted under a storage key that lies there too and is the first to go when the reader
 * is emptied. Each set has two sectors that take turns: the new one is written whole, then the old one is erased.
 *
 *   sector 0        0 "KEYS" | 4 format 1 | 5 class: 1 development | 6 "OK", programmed last; zeros: zeroised       256 storage key 32 | check 8
 *   sector 2n + 2   set n, and the sector after it
 *                   0 "KSET" | 4 format 1, set, places, length of the identifier | 8 sequence u32 | 12 zero      associated data
 *                   16 nonce 12, zero 4 | 32 tag 16 | 48 AES-256-GCM of: identifier 16, places: kind 1, length 1, key 32
 *
 * Big endian. The check is the start of the CMAC of zeros. Source: docs/decisions/0044-keys-in-flash-are-of-later.md.
 * Memory: one store, and a buffer for one set, which is wiped. Time: opening checks every set.
 */
#ifndef COMPTOIR_KEY_STORE_H
#define COMPTOIR_KEY_STORE_H

#include <stdbool.h>

#include "flashPort.h"

#define KEY_STORE_SETS 4
#define KEY_STORE_PLACES 33
#define KEY_STORE_SECTORS (2 + 2 * KEY_STORE_SETS)

typedef struct {
  const flash_port *flash;
  uint32_t offset;
  /** What else goes when the reader is zeroised, last. */
  uint32_t identity_offset, identity_sectors;
  /** Keys of the other kind of images are destroyed. */
  bool is_development;
} key_store_setting;

/** After secure_start(). What is left of a power cut is put right first; a zeroisation that it interrupted goes on. */
void key_store_open(const key_store_setting *setting);

/**
 * What is stored takes the place of what the reader came with, and of a zeroised reader nothing of it stays: after the last
 * secure_provision().
 */
void key_store_take_over(void);

#endif
