/**
 * Values by their name, in a few sectors of NOR flash, such that each survives resets and power cuts: after a cut at any
 * operation, in the middle of it or right after it, a name has its old value or its new one, and all others are untouched.
 *
 * The sectors are a ring. Records are appended to the newest; when it's full, the next sector is begun. One sector is always
 * spare: when it's to be begun, what is live in the oldest is copied into it, and only then the oldest is given up, which is
 * one programming of its head. So there is a moment at which all sectors are in use; whoever finds that after a reset forgets
 * the newest, in which nothing is that isn't in the oldest.
 *
 *   sector   0 "RECS" | 4 format u8 = 1, sectors u8, 2 zero | 8 sequence u32 | 12 CRC-32 of these 12     a given-up head is all zero
 *            16 records, each at a multiple of 16, to the first FF
 *   record   0 name u8 | 1 A5 | 2 length u16 | 4 CRC-32 of the value | 8 FFFFFFFF | 12 CRC-32 of these 12 | 16 value, then FF
 *
 * Little endian. Sequences count up by one and wrap. A record of no bytes says that its name has no value any more.
 * A sector's head is programmed when its erasure has ended. A sector that can't be erased any more ends the writing, not the reading.
 *
 * Memory: the struct is all there is; values stay in the flash. Time: opening reads all; reading is one look-up and one CRC;
 * writing copies a sector at most once for each sector of the store, and in the usual case nothing.
 */
#ifndef COMPTOIR_RECORD_STORE_H
#define COMPTOIR_RECORD_STORE_H

#include <stdbool.h>

#include "flashPort.h"

#define RECORD_NAMES_MAX 128
#define RECORD_VALUE_BYTES_MAX 1344 /* three of them with their heads fill a sector: three a sector but the spare, less one, always have room */
#define RECORD_SECTORS_MIN 2
#define RECORD_SECTORS_MAX 48

typedef struct {
  const flash_port *flash;
  uint32_t offset;
  uint32_t sequence; /* of the newest sector */
  uint8_t names; /* 0 to names - 1 */
  uint8_t sectors, oldest, used; /* `used` sectors from `oldest` on, round the ring, hold records */
  bool spare_is_ready; /* erased, with its head */
  uint16_t end; /* where the next record of the newest sector goes; the sector's size when it takes no more */
  uint16_t places[RECORD_NAMES_MAX]; /* of the record in force, in units of 16 bytes from `offset`; 0: none */
} record_store;

/**
 * Writes nothing: flash that never held records, or garbage, is an empty store. False: no such sectors, or too many names.
 * @param names how many there are, from 0 on, up to RECORD_NAMES_MAX; never fewer than it was written with
 */
bool record_store_open(record_store *store, const flash_port *flash, uint32_t offset, uint32_t sectors, uint32_t names);

/** @returns the length of the value, which is in the flash until the next write; 0: there is none */
size_t record_store_read(const record_store *store, uint8_t name, const uint8_t **value);

/** False: no such name, too long, no room, or the flash failed; the old value is in force then. No bytes: no value any more. */
bool record_store_write(record_store *store, uint8_t name, const uint8_t *value, size_t length);

/** Erases ahead what the next writes need, at most one sector: for idle times, so that hardly any write has to wait for it. */
void record_store_tidy(record_store *store);

#endif
