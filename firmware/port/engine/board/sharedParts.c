/**
 * Parts of the script's `board` that the reader and the dynamic card both have: an NFC front end, records, the clock, and `start`.
 */
#include "sharedParts.h"

#include "board.h"
#include "scriptBoard.h"

static uint32_t records_count;

SCRIPT_FUNCTION(write_line) {
  (void)self, (void)count;
  script_bytes sent;
  if (!script_take_bytes(context, values[0], &sent)) return JS_EXCEPTION;
  return JS_NewBool(context, sent.length <= BOARD_LINE_WRITE_BYTES_MAX && board_nfc_write(sent.bytes, sent.length));
}

SCRIPT_FUNCTION(read_line) {
  (void)self, (void)count, (void)values;
  uint8_t come[BOARD_LINE_READ_BYTES_MAX];
  return script_give_bytes(context, come, board_nfc_read(come));
}

static const JSCFunctionListEntry nfc_members[] = {
  JS_CFUNC_DEF("write", 1, write_line),
  JS_CFUNC_DEF("read", 0, read_line),
};
static bool take_record_name(JSContext *context, JSValueConst value, uint32_t *name) {
  if (!script_take_number(context, value, name)) return false;
  if (*name < records_count) return true;
  script_refuse(context, "the script has no such record");
  return false;
}

SCRIPT_FUNCTION(read_record) {
  (void)self, (void)count;
  uint32_t name;
  if (!take_record_name(context, values[0], &name)) return JS_EXCEPTION;
  const uint8_t *value = NULL;
  size_t length = board_records_read((uint8_t)name, &value);
  return script_give_bytes(context, value, length);
}

SCRIPT_FUNCTION(write_record) {
  (void)self, (void)count;
  uint32_t name;
  script_bytes value;
  if (!take_record_name(context, values[0], &name) || !script_take_bytes(context, values[1], &value)) return JS_EXCEPTION;
  return JS_NewBool(context, value.length <= BOARD_RECORD_BYTES_MAX && board_records_write((uint8_t)name, value.bytes, value.length));
}

static const JSCFunctionListEntry records_members[] = {
  JS_CFUNC_DEF("read", 1, read_record),
  JS_CFUNC_DEF("write", 2, write_record),
};
SCRIPT_FUNCTION(uptime) {
  (void)self, (void)count, (void)values;
  return JS_NewFloat64(context, board_clock_uptime_ms());
}
static const JSCFunctionListEntry clock_members[] = {JS_CFUNC_DEF("uptimeMs", 0, uptime)};

SCRIPT_FUNCTION(start) {
  (void)self, (void)count;
  JSValue kept = script_keep_callback(context, values[0]);
  if (!JS_IsException(kept)) board_start();
  return kept;
}

static const JSCFunctionListEntry shared_members[] = {JS_CFUNC_DEF("start", 1, start)};

void script_add_part(JSContext *context, JSValue board, const char *name, const JSCFunctionListEntry *members, int count) {
  JSValue part = JS_NewObject(context);
  JS_SetPropertyFunctionList(context, part, members, count);
  JS_SetPropertyStr(context, board, name, part);
}

void script_add_shared_parts(JSContext *context, JSValue board, uint32_t records) {
  records_count = records;
  if (board_has_nfc()) ADD_PART("nfc", nfc_members);
  else JS_SetPropertyStr(context, board, "nfc", JS_UNDEFINED);
  ADD_PART("records", records_members);
  ADD_PART("clock", clock_members);
  ADD_MEMBERS(board, shared_members);
}
