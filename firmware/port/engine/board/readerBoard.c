/**
 * The `board` of the reader: each member of board.ts, by the function of board.h.
 */
#include "board.h"
#include "configurationObject.h"
#include "firmwareObject.h"
#include "scriptBoard.h"
#include "secureObject.h"
#include "sharedParts.h"

SCRIPT_FUNCTION(receive_report) {
  (void)self, (void)count, (void)values;
  uint8_t report[BOARD_REPORT_BYTES];
  return board_host_receive_report(report) ? script_give_bytes(context, report, sizeof report) : JS_UNDEFINED;
}

SCRIPT_FUNCTION(send_report) {
  (void)self, (void)count;
  script_bytes report;
  if (!script_take_bytes(context, values[0], &report)) return JS_EXCEPTION;
  if (report.length != BOARD_REPORT_BYTES) return script_refuse(context, "a report has 64 bytes");
  return JS_NewBool(context, board_host_send_report(report.bytes));
}

static const JSCFunctionListEntry host_members[] = {
  JS_CFUNC_DEF("receiveReport", 0, receive_report),
  JS_CFUNC_DEF("sendReport", 1, send_report),
};

SCRIPT_MAGIC_FUNCTION(poll_card) {
  (void)self, (void)count, (void)values;
  return JS_NewInt32(context, board_card_poll(magic));
}

SCRIPT_MAGIC_FUNCTION(transmit) {
  (void)self, (void)count;
  script_bytes command;
  if (!script_take_bytes(context, values[0], &command)) return JS_EXCEPTION;
  bool is_taken = board_card_transmit(magic, command.bytes, command.length);
  return is_taken ? JS_UNDEFINED : script_refuse(context, "the answer before was not taken");
}

SCRIPT_MAGIC_FUNCTION(receive) {
  (void)self, (void)count, (void)values;
  uint8_t response[BOARD_RESPONSE_BYTES_MAX];
  int32_t length = board_card_receive(magic, response);
  return length < 0 ? JS_UNDEFINED : script_give_bytes(context, response, (size_t)length);
}

SCRIPT_MAGIC_FUNCTION(release_card) {
  (void)self, (void)count, (void)values, (void)context;
  board_card_release(magic);
  return JS_UNDEFINED;
}

#define CARD_PORT(place) \
  { \
    JS_CFUNC_MAGIC_DEF("poll", 0, poll_card, place), JS_CFUNC_MAGIC_DEF("transmit", 1, transmit, place), \
    JS_CFUNC_MAGIC_DEF("receive", 0, receive, place), JS_CFUNC_MAGIC_DEF("release", 0, release_card, place), \
  }
static const JSCFunctionListEntry contact_members[] = CARD_PORT(BOARD_CONTACT);
static const JSCFunctionListEntry contactless_members[] = CARD_PORT(BOARD_CONTACTLESS);

SCRIPT_FUNCTION(is_card_present) {
  (void)self, (void)count, (void)values;
  return JS_NewBool(context, board_contact_line_is_card_present());
}

/* 0: reset, 1: power off */
SCRIPT_MAGIC_FUNCTION(set_contacts) {
  (void)self, (void)count, (void)values, (void)context;
  if (magic == 0) board_contact_line_reset();
  else board_contact_line_power_off();
  return JS_UNDEFINED;
}

SCRIPT_FUNCTION(set_transmission) {
  (void)self, (void)count;
  uint32_t etu_clocks, guard_etu;
  const bool has_error_signal = JS_ToBool(context, values[0]) > 0;
  if (!script_take_number(context, values[1], &etu_clocks) || !script_take_number(context, values[2], &guard_etu))
    return JS_EXCEPTION;
  if (etu_clocks == 0) return script_refuse(context, "an etu is 372, 186 or 93 clock cycles");
  board_contact_line_set_transmission(has_error_signal, etu_clocks, guard_etu);
  return JS_UNDEFINED;
}

SCRIPT_FUNCTION(write_contact_line) {
  (void)self, (void)count;
  script_bytes sent;
  if (!script_take_bytes(context, values[0], &sent)) return JS_EXCEPTION;
  return JS_NewBool(context, sent.length <= BOARD_CONTACT_LINE_BYTES_MAX && board_contact_line_write(sent.bytes, sent.length));
}

SCRIPT_FUNCTION(read_contact_line) {
  (void)self, (void)count, (void)values;
  uint8_t come[BOARD_CONTACT_LINE_BYTES_MAX];
  return script_give_bytes(context, come, board_contact_line_read(come));
}

SCRIPT_FUNCTION(is_damaged) {
  (void)self, (void)count, (void)values;
  return JS_NewBool(context, board_contact_line_is_damaged());
}

SCRIPT_FUNCTION(silent_etu) {
  (void)self, (void)count, (void)values;
  return JS_NewUint32(context, board_contact_line_silent_etu());
}

static const JSCFunctionListEntry contact_line_members[] = {
  JS_CFUNC_DEF("isCardPresent", 0, is_card_present),
  JS_CFUNC_MAGIC_DEF("reset", 0, set_contacts, 0),
  JS_CFUNC_MAGIC_DEF("powerOff", 0, set_contacts, 1),
  JS_CFUNC_DEF("setTransmission", 3, set_transmission),
  JS_CFUNC_DEF("write", 1, write_contact_line),
  JS_CFUNC_DEF("read", 0, read_contact_line),
  JS_CFUNC_DEF("isDamaged", 0, is_damaged),
  JS_CFUNC_DEF("silentEtu", 0, silent_etu),
};

SCRIPT_FUNCTION(show) {
  (void)self, (void)count;
  int32_t prompt;
  if (JS_ToInt32(context, &prompt, values[0]) < 0) return JS_EXCEPTION;
  board_display_show(prompt);
  return JS_UNDEFINED;
}
SCRIPT_FUNCTION(wink) {
  (void)self, (void)count, (void)values, (void)context;
  board_display_wink();
  return JS_UNDEFINED;
}
static const JSCFunctionListEntry display_members[] = {JS_CFUNC_DEF("show", 1, show), JS_CFUNC_DEF("wink", 0, wink)};

SCRIPT_FUNCTION(set_identifier) {
  (void)self, (void)count;
  uint32_t set;
  uint8_t identifier[BOARD_KEY_IDENTIFIER_BYTES_MAX];
  if (!script_take_number(context, values[0], &set)) return JS_EXCEPTION;
  return script_give_bytes(context, identifier, board_keys_identifier(set, identifier));
}

SCRIPT_FUNCTION(fetch_key) {
  (void)self, (void)count;
  uint32_t set, place;
  if (!script_take_number(context, values[0], &set) || !script_take_number(context, values[1], &place)) return JS_EXCEPTION;
  return JS_NewUint32(context, board_keys_fetch(set, place));
}

SCRIPT_FUNCTION(store_keys) {
  (void)self, (void)count;
  uint32_t set;
  script_bytes identifier, changes;
  if (!script_take_number(context, values[0], &set) || !script_take_bytes(context, values[1], &identifier) || !script_take_bytes(context, values[2], &changes))
    return JS_EXCEPTION;
  const board_stored stored = board_keys_store(set, identifier.bytes, identifier.length, changes.bytes, changes.length);
  return stored == BOARD_STORE_MISUSED ? script_refuse(context, "no such set, place or key") : JS_NewBool(context, stored == BOARD_STORED);
}

SCRIPT_FUNCTION(zeroise) {
  (void)self, (void)count, (void)values, (void)context;
  board_keys_zeroise();
  return JS_UNDEFINED;
}

SCRIPT_FUNCTION(is_tampered) {
  (void)self, (void)count, (void)values;
  return JS_NewBool(context, board_is_tampered());
}

static const JSCFunctionListEntry keys_members[] = {
  JS_CFUNC_DEF("identifier", 1, set_identifier),
  JS_CFUNC_DEF("fetch", 2, fetch_key),
  JS_CFUNC_DEF("store", 3, store_keys),
  JS_CFUNC_DEF("zeroise", 0, zeroise),
};

SCRIPT_FUNCTION(cards_in_field) {
  (void)self, (void)count, (void)values;
  uint8_t cards[BOARD_CARDS_IN_FIELD_BYTES_MAX];
  return script_give_bytes(context, cards, board_cards_in_field(cards));
}

SCRIPT_FUNCTION(role_key) {
  (void)self, (void)count;
  uint32_t kind;
  const uint8_t *key;
  if (!script_take_number(context, values[0], &kind)) return JS_EXCEPTION;
  size_t length = board_role_key(kind, &key);
  return script_give_bytes(context, key, length);
}

static const JSCFunctionListEntry board_members[] = {
  JS_CFUNC_DEF("cardsInField", 0, cards_in_field),
  JS_CFUNC_DEF("roleKey", 1, role_key),
  JS_CFUNC_DEF("isTampered", 0, is_tampered),
};

JSValue script_new_board(JSContext *context) {
  JSValue board = JS_NewObject(context), identity = JS_NewObject(context);
  JS_SetPropertyStr(context, identity, "model", JS_NewString(context, board_identity_model()));
  JS_SetPropertyStr(context, identity, "serial", JS_NewString(context, board_identity_serial()));
  JS_SetPropertyStr(context, board, "identity", identity);
  ADD_PART("host", host_members);
  ADD_PART("contact", contact_members);
  ADD_PART("contactless", contactless_members);
  if (board_has_contact_line()) ADD_PART("contactLine", contact_line_members);
  else JS_SetPropertyStr(context, board, "contactLine", JS_UNDEFINED);
  JS_SetPropertyStr(context, board, "secure", script_new_secure(context));
  ADD_PART("keys", keys_members);
  script_add_shared_parts(context, board, BOARD_RECORDS);
  JS_SetPropertyStr(context, board, "configuration", script_new_configuration(context));
  ADD_PART("display", display_members);
  JS_SetPropertyStr(context, board, "firmware", board_has_firmware() ? script_new_firmware(context) : JS_UNDEFINED);
  ADD_MEMBERS(board, board_members);
  return board;
}
