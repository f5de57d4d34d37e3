/**
 * cardBoard.h of the twin of the dynamic card, as far as the reader has nothing like it: each call is the driver's.
 */
#include "cardBoard.h"
#include "frames.h"

#include <string.h>

#define PUBLIC_KEY_BYTES 64

void board_identifier(uint8_t identifier[BOARD_CARD_IDENTIFIER_BYTES]) {
  if (frame_copy(frame_call('i', NULL, 0), identifier, BOARD_CARD_IDENTIFIER_BYTES) != BOARD_CARD_IDENTIFIER_BYTES)
    board_fatal("the driver gave no identifier");
}

size_t board_issuers(const uint8_t **keys) {
  static uint8_t issuers[BOARD_CARD_ISSUERS_MAX * PUBLIC_KEY_BYTES];
  *keys = issuers;
  return frame_copy(frame_call('y', NULL, 0), issuers, sizeof issuers);
}

int32_t board_field_power(void) { return frame_first_byte(frame_call('p', NULL, 0)); }

int32_t board_field_receive(uint8_t command[BOARD_CARD_COMMAND_BYTES_MAX]) {
  const frame *answer = frame_call('c', NULL, 0);
  return answer == NULL ? -1 : (int32_t)frame_copy(answer, command, BOARD_CARD_COMMAND_BYTES_MAX);
}

void board_field_send(const uint8_t *response, size_t length) { frame_call('t', response, length); }

bool board_button_is_pressed(void) { return frame_first_byte(frame_call('b', NULL, 0)) != 0; }

/** Label, 00, digits. */
void board_card_display_show(const char *label, const char *digits) {
  char shown[256];
  const size_t label_length = strlen(label), digits_length = strlen(digits);
  if (label_length + 1 + digits_length > sizeof shown) board_fatal("there is too much to show");
  memcpy(shown, label, label_length + 1);
  memcpy(shown + label_length + 1, digits, digits_length);
  frame_call('o', shown, label_length + 1 + digits_length);
}
