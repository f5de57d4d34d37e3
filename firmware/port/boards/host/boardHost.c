#include "boardHost.h"

#include "board.h"
#include "secure.h"

#include <string.h>

#define TEXT_BYTES_MAX 64
#define CONFIGURATION_BYTES_MAX 4096
#define ENTROPY_BYTES_MAX 4096


static char model[TEXT_BYTES_MAX] = "Comptoir host twin", serial[TEXT_BYTES_MAX] = "HOST";
static uint8_t configuration[CONFIGURATION_BYTES_MAX], entropy[ENTROPY_BYTES_MAX];
static size_t configuration_length, entropy_length;
static bool has_nfc, has_contact_line, has_firmware;

static void set_identity(const frame *given) {
  const uint8_t *end = memchr(given->payload, 0, given->length);
  size_t model_length = end == NULL ? TEXT_BYTES_MAX : (size_t)(end - given->payload);
  size_t serial_length = given->length - model_length - 1;
  if (model_length >= TEXT_BYTES_MAX || serial_length >= TEXT_BYTES_MAX) board_fatal("the identity doesn't fit");
  memcpy(model, given->payload, model_length + 1);
  memcpy(serial, end + 1, serial_length);
  serial[serial_length] = 0;
}

static void provision(const frame *given) {
  const uint8_t *end = memchr(given->payload, 0, given->length);
  if (end == NULL || end + 1 >= given->payload + given->length) board_fatal("the key has no name");
  size_t identifier_length = end[1], before_key = (size_t)(end - given->payload) + 2 + identifier_length;
  if (before_key > given->length) board_fatal("the key has no bytes");
  if (!secure_provision((const char *)given->payload, given->payload + before_key, given->length - before_key, end + 2, identifier_length))
    board_fatal("the key doesn't fit");
}

static size_t keep(uint8_t *place, size_t room, const frame *given) {
  if (given->length > room) board_fatal("the setting up doesn't fit");
  memcpy(place, given->payload, given->length);
  return given->length;
}

void board_host_set_up(const frame *given) {
  switch (given->name) {
    case 'I': set_identity(given); return;
    case 'K': provision(given); return;
    case 'F': configuration_length = keep(configuration, sizeof configuration, given); return;
    case 'E':
      entropy_length = keep(entropy, sizeof entropy, given);
      if (!secure_start()) board_fatal("the self-test of the cryptography failed");
      return;
    case 'N': has_nfc = true; return;
    case 'C': has_contact_line = true; return;
    case 'X': has_firmware = true; return;
    default: board_fatal("the driver sent a frame without meaning");
  }
}

bool board_seed(uint8_t *bytes, size_t length) {
  if (length > entropy_length) return false;
  memcpy(bytes, entropy, length);
  entropy_length -= length;
  memmove(entropy, entropy + length, entropy_length);
  return true;
}

const char *board_identity_model(void) { return model; }
const char *board_identity_serial(void) { return serial; }
bool board_has_nfc(void) { return has_nfc; }
bool board_has_contact_line(void) { return has_contact_line; }
bool board_has_firmware(void) { return has_firmware; }
void board_start(void) {}
size_t board_configuration(const uint8_t **bytes) {
  *bytes = configuration;
  return configuration_length;
}

static size_t copy_answer(const frame *answer, uint8_t *place, size_t room) {
  if (answer->length > room) board_fatal("the driver gave too much");
  memcpy(place, answer->payload, answer->length);
  return answer->length;
}
static int32_t first_byte(const frame *answer) {
  if (answer == NULL || answer->length != 1) board_fatal("the driver gave no number");
  return answer->payload[0];
}

bool board_host_receive_report(uint8_t report[BOARD_REPORT_BYTES]) {
  const frame *answer = frame_call('r', NULL, 0);
  return answer != NULL && copy_answer(answer, report, BOARD_REPORT_BYTES) == BOARD_REPORT_BYTES;
}
bool board_host_send_report(const uint8_t report[BOARD_REPORT_BYTES]) { return first_byte(frame_call('s', report, BOARD_REPORT_BYTES)) != 0; }

static const frame *call_card(char name, board_place place, const uint8_t *bytes, size_t length) {
  static uint8_t payload[FRAME_BYTES_MAX];
  if (length >= sizeof payload) board_fatal("the command is too long");
  payload[0] = (uint8_t)place;
  if (length > 0) memcpy(payload + 1, bytes, length);
  return frame_call(name, payload, length + 1);
}
int32_t board_card_poll(board_place place) { return first_byte(call_card('p', place, NULL, 0)); }
bool board_card_transmit(board_place place, const uint8_t *command, size_t length) { return first_byte(call_card('t', place, command, length)) != 0; }
int32_t board_card_receive(board_place place, uint8_t response[BOARD_RESPONSE_BYTES_MAX]) {
  const frame *answer = call_card('c', place, NULL, 0);
  return answer == NULL ? -1 : (int32_t)copy_answer(answer, response, BOARD_RESPONSE_BYTES_MAX);
}
void board_card_release(board_place place) { call_card('l', place, NULL, 0); }

bool board_nfc_write(const uint8_t *bytes, size_t length) { return first_byte(frame_call('w', bytes, length)) != 0; }
size_t board_nfc_read(uint8_t bytes[BOARD_LINE_READ_BYTES_MAX]) {
  const frame *answer = frame_call('d', NULL, 0);
  return answer == NULL ? 0 : copy_answer(answer, bytes, BOARD_LINE_READ_BYTES_MAX);
}

static uint32_t number(const frame *answer) {
  uint32_t value = 0;
  for (size_t i = 0; answer != NULL && i < answer->length; i += 1) value = value << 8 | answer->payload[i];
  return value;
}
bool board_contact_line_is_card_present(void) { return first_byte(frame_call('P', NULL, 0)) != 0; }
void board_contact_line_reset(void) { frame_call('R', NULL, 0); }
void board_contact_line_power_off(void) { frame_call('O', NULL, 0); }
void board_contact_line_set_transmission(bool has_error_signal, uint32_t etu_clocks, uint32_t guard_etu) {
  const uint8_t payload[5] = {has_error_signal, (uint8_t)(etu_clocks >> 8), (uint8_t)etu_clocks, (uint8_t)(guard_etu >> 8), (uint8_t)guard_etu};
  frame_call('T', payload, sizeof payload);
}
bool board_contact_line_write(const uint8_t *bytes, size_t length) { return first_byte(frame_call('W', bytes, length)) != 0; }
size_t board_contact_line_read(uint8_t bytes[BOARD_CONTACT_LINE_BYTES_MAX]) {
  const frame *answer = frame_call('B', NULL, 0);
  return answer == NULL ? 0 : copy_answer(answer, bytes, BOARD_CONTACT_LINE_BYTES_MAX);
}
bool board_contact_line_is_damaged(void) { return first_byte(frame_call('G', NULL, 0)) != 0; }
uint32_t board_contact_line_silent_etu(void) { return number(frame_call('Q', NULL, 0)); }
size_t board_records_read(uint8_t name, const uint8_t **value) {
  const frame *answer = frame_call('g', &name, 1);
  if (answer == NULL) board_fatal("the driver gave no record");
  *value = answer->payload;
  return answer->length;
}
bool board_records_write(uint8_t name, const uint8_t *value, size_t length) {
  uint8_t payload[1 + BOARD_RECORD_BYTES_MAX] = {name};
  if (length > 0) memcpy(payload + 1, value, length);
  return first_byte(frame_call('a', payload, length + 1)) != 0;
}

double board_clock_uptime_ms(void) {
  const frame *answer = frame_call('u', NULL, 0);
  double uptime = 0;
  for (size_t i = 0; answer != NULL && i < answer->length; i += 1) uptime = uptime * 256 + answer->payload[i];
  return uptime;
}

void board_display_show(int32_t prompt) {
  const uint8_t shown = (uint8_t)prompt;
  frame_call('o', &shown, 1);
}
void board_display_wink(void) { frame_call('k', NULL, 0); }
