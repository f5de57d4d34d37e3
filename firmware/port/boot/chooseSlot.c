#include "chooseSlot.h"

static uint8_t starts_left(const slot_record *record) {
  switch (record->other) {
    case OTHER_PENDING: return TRIAL_STARTS;
    case OTHER_ON_TRIAL: return record->starts_left;
    case OTHER_IDLE: break;
  }
  return 0;
}

static boot_choice judged(const boot_setting *setting, uint8_t slot, const slot_record *record) {
  return (boot_choice){.slot = slot, .verdict = image_judge_slot(setting, slot, record->least_security_version)};
}

boot_choice choose_slot(const boot_setting *setting, record_store *store) {
  slot_record record;
  (void)slot_record_read(store, &record); /* none: A, with nothing to try */
  const uint8_t other = boot_other_slot(record.confirmed), starts = starts_left(&record);
  if (starts > 0) {
    const boot_choice choice = judged(setting, other, &record);
    record.other = OTHER_ON_TRIAL;
    record.starts_left = starts - 1;
    if (choice.verdict == IMAGE_GOOD && slot_record_write(store, &record)) return choice;
  }
  if (record.other != OTHER_IDLE) {
    record.other = OTHER_IDLE;
    record.starts_left = 0;
    (void)slot_record_write(store, &record); /* when that fails, the next start comes by here again */
  }
  /* A confirmed image that has become unreadable isn't struck out: it may be back at the next start. */
  const boot_choice confirmed = judged(setting, record.confirmed, &record);
  return confirmed.verdict == IMAGE_GOOD ? confirmed : judged(setting, other, &record);
}
