/**
 * Which slot runs, and what is being tried: one record, so that no power cut leaves half of a change.
 *
 *   offset  size
 *   0       1   format: 1
 *   1       1   slot that is confirmed
 *   2       1   the other one: 0 nothing is to be done with it, 1 pending, 2 on trial
 *   3       1   starts left of the trial
 *   4       4   least security version, little endian
 */
#ifndef COMPTOIR_SLOT_RECORD_H
#define COMPTOIR_SLOT_RECORD_H

#include "recordStore.h"

#define SLOT_RECORD_NAMES 2
#define TRIAL_STARTS 3

typedef enum { OTHER_IDLE = 0, OTHER_PENDING = 1, OTHER_ON_TRIAL = 2 } other_state;

typedef struct {
  uint8_t confirmed;
  other_state other;
  uint8_t starts_left;
  uint32_t least_security_version;
} slot_record;

/** False: there is none. The reader is as it left the factory, and what `record` then says is that A is confirmed. */
bool slot_record_read(const record_store *store, slot_record *record);
/** Atomic; does nothing when it's the record in force. False: the flash failed, and the old one is in force. */
bool slot_record_write(record_store *store, const slot_record *record);

#endif
