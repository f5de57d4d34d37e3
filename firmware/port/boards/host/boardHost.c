/**
 * board.h of the twin of the reader, as far as the dynamic card has nothing like it: each call is the driver's.
 */
#include "board.h"
#include "frames.h"

#include <string.h>

bool board_host_receive_report(uint8_t report[BOARD_REPORT_BYTES]) {
  const frame *answer = frame_call('r', NULL, 0);
  return answer != NULL && frame_copy(answer, report, BOARD_REPORT_BYTES) == BOARD_REPORT_BYTES;
}
bool board_host_send_report(const uint8_t report[BOARD_REPORT_BYTES]) { return frame_first_byte(frame_call('s', report, BOARD_REPORT_BYTES)) != 0; }

static const frame *call_card(char name, board_place place, const uint8_t *bytes, size_t length) {
  static uint8_t payload[FRAME_BYTES_MAX];
  if (length >= sizeof payload) board_fatal("the command is too long");
  payload[0] = (uint8_t)place;
  if (length > 0) memcpy(payload + 1, bytes, length);
  return frame_call(name, payload, length + 1);
}
int32_t board_card_poll(board_place place) { return frame_first_byte(call_card('p', place, NULL, 0)); }
bool board_card_transmit(board_place place, const uint8_t *command, size_t length) { return frame_first_byte(call_card('t', place, command, length)) != 0; }
int32_t board_card_receive(board_place place, uint8_t response[BOARD_RESPONSE_BYTES_MAX]) {
  const frame *answer = call_card('c', place, NULL, 0);
  return answer == NULL ? -1 : (int32_t)frame_copy(answer, response, BOARD_RESPONSE_BYTES_MAX);
}
void board_card_release(board_place place) { call_card('l', place, NULL, 0); }
size_t board_cards_in_field(uint8_t cards[BOARD_CARDS_IN_FIELD_BYTES_MAX]) {
  const frame *answer = frame_call('f', NULL, 0);
  return answer == NULL ? 0 : frame_copy(answer, cards, BOARD_CARDS_IN_FIELD_BYTES_MAX);
}

bool board_contact_line_is_card_present(void) { return frame_first_byte(frame_call('P', NULL, 0)) != 0; }
void board_contact_line_reset(void) { frame_call('R', NULL, 0); }
void board_contact_line_power_off(void) { frame_call('O', NULL, 0); }
void board_contact_line_set_transmission(bool has_error_signal, uint32_t etu_clocks, uint32_t guard_etu) {
  const uint8_t payload[5] = {has_error_signal, (uint8_t)(etu_clocks >> 8), (uint8_t)etu_clocks, (uint8_t)(guard_etu >> 8), (uint8_t)guard_etu};
  frame_call('T', payload, sizeof payload);
}
bool board_contact_line_write(const uint8_t *bytes, size_t length) { return frame_first_byte(frame_call('W', bytes, length)) != 0; }
size_t board_contact_line_read(uint8_t bytes[BOARD_CONTACT_LINE_BYTES_MAX]) {
  const frame *answer = frame_call('B', NULL, 0);
  return answer == NULL ? 0 : frame_copy(answer, bytes, BOARD_CONTACT_LINE_BYTES_MAX);
}
bool board_contact_line_is_damaged(void) { return frame_first_byte(frame_call('G', NULL, 0)) != 0; }
uint32_t board_contact_line_silent_etu(void) { return frame_number(frame_call('Q', NULL, 0)); }
void board_display_show(int32_t prompt) {
  const uint8_t shown = (uint8_t)prompt;
  frame_call('o', &shown, 1);
}
void board_display_wink(void) { frame_call('k', NULL, 0); }

/* ConfigurationStore: a call `y`, its first byte says which member; then the numbers, four bytes each. */

enum { READ, SHA256, BEGIN, WRITE, FINISH };

static const frame *call_configuration(uint8_t member, const uint32_t *numbers, size_t count, const uint8_t *bytes, size_t length) {
  static uint8_t payload[FRAME_BYTES_MAX];
  const size_t head = 1 + 4 * count;
  if (length > sizeof payload - head) board_fatal("that is too long for the driver");
  payload[0] = member;
  for (size_t i = 0; i < 4 * count; i += 1) payload[1 + i] = (uint8_t)(numbers[i / 4] >> (24 - 8 * (i % 4)));
  if (length > 0) memcpy(payload + head, bytes, length);
  return frame_call('y', payload, head + length);
}

size_t board_configuration_read(uint32_t place, uint32_t offset, size_t length, const uint8_t **bytes) {
  const uint32_t numbers[3] = {place, offset, (uint32_t)length};
  const frame *answer = call_configuration(READ, numbers, 3, NULL, 0);
  if (answer == NULL || answer->length > length) board_fatal("the driver gave no configuration, or too much");
  *bytes = answer->payload;
  return answer->length;
}
void board_configuration_sha256(uint32_t place, uint32_t offset, size_t length, uint8_t digest[32]) {
  const uint32_t numbers[3] = {place, offset, (uint32_t)length};
  const frame *answer = call_configuration(SHA256, numbers, 3, NULL, 0);
  if (answer == NULL || frame_copy(answer, digest, 32) != 32) board_fatal("the driver gave no hash");
}
bool board_configuration_begin(size_t length) {
  const uint32_t numbers[1] = {(uint32_t)length};
  return frame_first_byte(call_configuration(BEGIN, numbers, 1, NULL, 0)) != 0;
}
bool board_configuration_write(uint32_t offset, const uint8_t *bytes, size_t length) {
  return frame_first_byte(call_configuration(WRITE, &offset, 1, bytes, length)) != 0;
}
bool board_configuration_finish(void) { return frame_first_byte(call_configuration(FINISH, NULL, 0, NULL, 0)) != 0; }
