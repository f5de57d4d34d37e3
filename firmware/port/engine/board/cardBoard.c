/**
 * The `board` of a dynamic card: each member of cardBoard.ts, by the function of cardBoard.h.
 */
#include "cardBoard.h"
#include "cardSecureObject.h"
#include "scriptBoard.h"
#include "sharedParts.h"

SCRIPT_FUNCTION(power) {
  (void)self, (void)count, (void)values;
  return JS_NewInt32(context, board_field_power());
}

SCRIPT_FUNCTION(receive) {
  (void)self, (void)count, (void)values;
  uint8_t command[BOARD_CARD_COMMAND_BYTES_MAX];
  const int32_t length = board_field_receive(command);
  return length < 0 ? JS_UNDEFINED : script_give_bytes(context, command, (size_t)length);
}

SCRIPT_FUNCTION(send) {
  (void)self, (void)count;
  script_bytes response;
  if (!script_take_bytes(context, values[0], &response)) return JS_EXCEPTION;
  if (response.length < 2 || response.length > BOARD_RESPONSE_BYTES_MAX) return script_refuse(context, "a response has 2 to 258 bytes");
  board_field_send(response.bytes, response.length);
  return JS_UNDEFINED;
}

static const JSCFunctionListEntry field_members[] = {
  JS_CFUNC_DEF("power", 0, power),
  JS_CFUNC_DEF("receive", 0, receive),
  JS_CFUNC_DEF("send", 1, send),
};

SCRIPT_FUNCTION(is_pressed) {
  (void)self, (void)count, (void)values;
  return JS_NewBool(context, board_button_is_pressed());
}
static const JSCFunctionListEntry button_members[] = {JS_CFUNC_DEF("isPressed", 0, is_pressed)};

SCRIPT_FUNCTION(show) {
  (void)self, (void)count;
  const char *label = JS_ToCString(context, values[0]), *digits = JS_ToCString(context, values[1]);
  if (label != NULL && digits != NULL) board_card_display_show(label, digits);
  JS_FreeCString(context, label);
  JS_FreeCString(context, digits);
  return label == NULL || digits == NULL ? JS_EXCEPTION : JS_UNDEFINED;
}
static const JSCFunctionListEntry display_members[] = {JS_CFUNC_DEF("show", 2, show)};

SCRIPT_FUNCTION(identifier) {
  (void)self, (void)count, (void)values;
  uint8_t bytes[BOARD_CARD_IDENTIFIER_BYTES];
  board_identifier(bytes);
  return script_give_bytes(context, bytes, sizeof bytes);
}

SCRIPT_FUNCTION(issuers) {
  (void)self, (void)count, (void)values;
  const uint8_t *keys;
  const size_t length = board_issuers(&keys);
  return script_give_bytes(context, keys, length);
}

static const JSCFunctionListEntry board_members[] = {JS_CFUNC_DEF("identifier", 0, identifier), JS_CFUNC_DEF("issuers", 0, issuers)};

JSValue script_new_board(JSContext *context) {
  JSValue board = JS_NewObject(context);
  ADD_PART("field", field_members);
  JS_SetPropertyStr(context, board, "secure", script_new_card_secure(context));
  script_add_shared_parts(context, board, BOARD_CARD_RECORDS);
  ADD_PART("button", button_members);
  ADD_PART("display", display_members);
  ADD_MEMBERS(board, board_members);
  return board;
}
