#include "slotRecord.h"

#include <string.h>

#define RECORD_NAME 1
#define RECORD_BYTES 8
#define FORMAT 1

bool slot_record_read(const record_store *store, slot_record *record) {
  const uint8_t *value;
  *record = (slot_record){0};
  if (record_store_read(store, RECORD_NAME, &value) != RECORD_BYTES || value[0] != FORMAT || value[1] > 1 || value[2] > OTHER_ON_TRIAL)
    return false;
  *record = (slot_record){
      .confirmed = value[1],
      .other = (other_state)value[2],
      .starts_left = value[3] < TRIAL_STARTS ? value[3] : TRIAL_STARTS,
      .least_security_version = (uint32_t)value[4] | (uint32_t)value[5] << 8 | (uint32_t)value[6] << 16 | (uint32_t)value[7] << 24,
  };
  return true;
}

bool slot_record_write(record_store *store, const slot_record *record) {
  const uint32_t least = record->least_security_version;
  const uint8_t value[RECORD_BYTES] = {
      FORMAT, record->confirmed, (uint8_t)record->other, record->starts_left,
      (uint8_t)least, (uint8_t)(least >> 8), (uint8_t)(least >> 16), (uint8_t)(least >> 24),
  };
  const uint8_t *before;
  if (record_store_read(store, RECORD_NAME, &before) == RECORD_BYTES && memcmp(before, value, RECORD_BYTES) == 0) return true;
  return record_store_write(store, RECORD_NAME, value, RECORD_BYTES);
}
