/**
 * What a reader is set up with, in two places of NOR flash: one in force, and one to be filled. After a power cut at any operation,
 * in the middle of it or right after it, the old one is in force, or the new one.
 *
 * The content is programmed first, behind a page that stays erased; then that page's head, at once. A place whose head isn't whole
 * holds nothing; of two, the one with the later number is in force.
 *
 *   place   0 "CONF" | 4 format u32 = 1 | 8 number u32 | 12 length u32 | 16 CRC-32 of these 16 | 20 FF, to the page's end
 *           256 content
 *
 * Little endian. Numbers count up by one and wrap. What the content says, and whether it's right, is the business of whoever reads it.
 */
#ifndef COMPTOIR_CONFIGURATION_STORE_H
#define COMPTOIR_CONFIGURATION_STORE_H

#include <stdbool.h>

#include "flashPort.h"

#define CONFIGURATION_PLACES 2
#define CONFIGURATION_PLACE_BYTES (8 * FLASH_SECTOR_BYTES)
#define CONFIGURATION_BYTES_MAX (CONFIGURATION_PLACE_BYTES - FLASH_PAGE_BYTES)

typedef struct {
  const flash_port *flash;
  uint32_t offset; /* of the first place; a sector's */
  size_t coming; /* length of what was begun; 0: nothing was */
} configuration_store;

/** @returns its length; 0: there is none. It's in the flash until the next `begin` but one. */
size_t configuration_store_in_force(const configuration_store *store, const uint8_t **bytes);

/** @returns the length of what was begun; what didn't come yet is FF. 0: nothing was begun. */
size_t configuration_store_coming(const configuration_store *store, const uint8_t **bytes);

/** Erases as many sectors of the other place as it takes. False: empty, or too long. */
bool configuration_store_begin(configuration_store *store, size_t length);

/** False: beyond the end, other bytes are there, or the flash failed. */
bool configuration_store_write(const configuration_store *store, size_t offset, const uint8_t *bytes, size_t length);

/** False: nothing was begun, or the flash failed; the old one is in force then. */
bool configuration_store_finish(configuration_store *store);

#endif
