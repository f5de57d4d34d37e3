#include "chooseSlot.h"

/** Has the other slot a start left, and is that start counted? */
static bool may_try(slot_record *record, record_store *store) {
  if (record->other == OTHER_PENDING) record->starts_left = TRIAL_STARTS;
  if (record->starts_left == 0) return false;
  record->other = OTHER_ON_TRIAL;
  record->starts_left -= 1;
  return slot_record_write(store, record);
}

boot_choice choose_slot(const boot_setting *setting, record_store *store) {
  slot_record record;
  (void)slot_record_read(store, &record); /* none: A, with nothing to try */
  const uint8_t confirmed = record.confirmed, other = boot_other_slot(confirmed);
  const uint32_t least = record.least_security_version;
  boot_choice choice = {.slot = other, .verdict = 0};

  if (record.other != OTHER_IDLE) {
    if (record.other == OTHER_PENDING || record.starts_left > 0) choice.verdict = image_judge_slot(setting, other, least);
    if (choice.verdict == IMAGE_GOOD && may_try(&record, store)) return choice;
    record.other = OTHER_IDLE;
    record.starts_left = 0;
    (void)slot_record_write(store, &record); /* when that fails, the next start comes by here again */
  }
  /* A confirmed image that has become unreadable isn't struck out: it may be back at the next start. */
  choice = (boot_choice){.slot = confirmed, .verdict = image_judge_slot(setting, confirmed, least)};
  if (choice.verdict != IMAGE_GOOD) choice = (boot_choice){.slot = other, .verdict = image_judge_slot(setting, other, least)};
  return choice;
}
