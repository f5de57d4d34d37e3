/**
 * `FirmwareStore` of firmware/src/board/board.ts, for the firmware that runs in one of the slots. Nothing is erased before the
 * image that is to come has passed every rule. The image that runs is never touched.
 */
#ifndef COMPTOIR_FIRMWARE_STORE_H
#define COMPTOIR_FIRMWARE_STORE_H

#include "image.h"
#include "slotRecord.h"

#define FIRMWARE_STATUS_BYTES 8
#define FIRMWARE_WRITTEN_BYTES_MAX ((1 + IMAGE_CHUNKS_MAX + 7) / 8)

typedef struct {
  const boot_setting *setting;
  record_store records;
  uint8_t running;   /* slot */
  image_facts facts; /* of what runs */
  bool has_begun;
} firmware_store;

/** @param running the slot that this code runs in; its image has been judged by the boot stage. False: its header is none, or no such records */
bool firmware_open(firmware_store *store, const boot_setting *setting, uint8_t running);

/** IMAGE_HEADER_BYTES, where they lie. */
const uint8_t *firmware_running(const firmware_store *store);
void firmware_status(const firmware_store *store, uint8_t status[FIRMWARE_STATUS_BYTES]);
refusal firmware_begin(firmware_store *store, const uint8_t *signed_header, size_t length);
refusal firmware_write(firmware_store *store, uint32_t chunk, const uint8_t *bytes, size_t length);
/** @returns bytes */
size_t firmware_written(const firmware_store *store, uint8_t bits[FIRMWARE_WRITTEN_BYTES_MAX]);
refusal firmware_finish(firmware_store *store);
refusal firmware_confirm(firmware_store *store);

#endif
