/**
 * What the boot stage decides at each start. docs/explanation/boot-and-update.md draws it.
 */
#ifndef COMPTOIR_CHOOSE_SLOT_H
#define COMPTOIR_CHOOSE_SLOT_H

#include "image.h"
#include "slotRecord.h"

typedef struct {
  uint8_t slot;
  /** IMAGE_GOOD, or the slot must not run: then no slot may, and the chip's own recovery is what is left. */
  uint32_t verdict;
} boot_choice;

/** Counts a start of a trial before it comes back, so that a start without an end counts too. @param store of the setting, open */
boot_choice choose_slot(const boot_setting *setting, record_store *store);

#endif
