/** `FirmwareStore`, which the driver has: a call `x`, its first byte says which member. Numbers come back as one byte. */
#include "board.h"
#include "frames.h"

#include <string.h>

enum { RUNNING, STATUS, BEGIN, WRITE, WRITTEN, FINISH, CONFIRM, RESTART };

static const frame *call(uint8_t member, const void *bytes, size_t length) {
  static uint8_t payload[FRAME_BYTES_MAX];
  if (length >= sizeof payload) board_fatal("that is too long for the driver");
  payload[0] = member;
  if (length > 0) memcpy(payload + 1, bytes, length);
  return frame_call('x', payload, length + 1);
}

static size_t bytes_of(const frame *answer, uint8_t *place, size_t room) {
  if (answer == NULL || answer->length > room) board_fatal("the driver gave nothing, or too much");
  memcpy(place, answer->payload, answer->length);
  return answer->length;
}

static int32_t number_of(const frame *answer) {
  uint8_t number;
  if (bytes_of(answer, &number, 1) != 1) board_fatal("the driver gave no number");
  return number;
}

void board_firmware_running(uint8_t header[BOARD_IMAGE_HEADER_BYTES]) { bytes_of(call(RUNNING, NULL, 0), header, BOARD_IMAGE_HEADER_BYTES); }
void board_firmware_status(uint8_t status[BOARD_SLOT_STATUS_BYTES]) { bytes_of(call(STATUS, NULL, 0), status, BOARD_SLOT_STATUS_BYTES); }
int32_t board_firmware_begin(const uint8_t *manifest, size_t length) { return number_of(call(BEGIN, manifest, length)); }

int32_t board_firmware_write(uint32_t chunk, const uint8_t *bytes, size_t length) {
  static uint8_t payload[FRAME_BYTES_MAX];
  if (length > sizeof payload - 4) board_fatal("that is too long for the driver");
  for (unsigned i = 0; i < 4; i += 1) payload[i] = (uint8_t)(chunk >> (24 - 8 * i));
  if (length > 0) memcpy(payload + 4, bytes, length);
  return number_of(call(WRITE, payload, length + 4));
}

size_t board_firmware_written(uint8_t bits[BOARD_WRITTEN_BYTES_MAX]) { return bytes_of(call(WRITTEN, NULL, 0), bits, BOARD_WRITTEN_BYTES_MAX); }
int32_t board_firmware_finish(void) { return number_of(call(FINISH, NULL, 0)); }
int32_t board_firmware_confirm(void) { return number_of(call(CONFIRM, NULL, 0)); }
void board_firmware_restart(void) { call(RESTART, NULL, 0); }
