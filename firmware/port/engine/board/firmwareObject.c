#include "firmwareObject.h"

#include "board.h"
#include "scriptBoard.h"

SCRIPT_FUNCTION(running) {
  (void)self, (void)count, (void)values;
  uint8_t header[BOARD_IMAGE_HEADER_BYTES];
  board_firmware_running(header);
  return script_give_bytes(context, header, sizeof header);
}

SCRIPT_FUNCTION(status) {
  (void)self, (void)count, (void)values;
  uint8_t status[BOARD_SLOT_STATUS_BYTES];
  board_firmware_status(status);
  return script_give_bytes(context, status, sizeof status);
}

SCRIPT_FUNCTION(begin) {
  (void)self, (void)count;
  script_bytes manifest;
  if (!script_take_bytes(context, values[0], &manifest)) return JS_EXCEPTION;
  return JS_NewInt32(context, board_firmware_begin(manifest.bytes, manifest.length));
}

SCRIPT_FUNCTION(write) {
  (void)self, (void)count;
  uint32_t chunk;
  script_bytes bytes;
  if (!script_take_number(context, values[0], &chunk) || !script_take_bytes(context, values[1], &bytes)) return JS_EXCEPTION;
  return JS_NewInt32(context, board_firmware_write(chunk, bytes.bytes, bytes.length));
}

SCRIPT_FUNCTION(written) {
  (void)self, (void)count, (void)values;
  uint8_t bits[BOARD_WRITTEN_BYTES_MAX];
  return script_give_bytes(context, bits, board_firmware_written(bits));
}

SCRIPT_FUNCTION(finish) {
  (void)self, (void)count, (void)values;
  return JS_NewInt32(context, board_firmware_finish());
}

SCRIPT_FUNCTION(confirm) {
  (void)self, (void)count, (void)values;
  return JS_NewInt32(context, board_firmware_confirm());
}

SCRIPT_FUNCTION(restart) {
  (void)self, (void)count, (void)values, (void)context;
  board_firmware_restart();
  return JS_UNDEFINED;
}

static const JSCFunctionListEntry members[] = {
  JS_CFUNC_DEF("running", 0, running), JS_CFUNC_DEF("status", 0, status),   JS_CFUNC_DEF("begin", 1, begin),
  JS_CFUNC_DEF("write", 2, write),     JS_CFUNC_DEF("written", 0, written), JS_CFUNC_DEF("finish", 0, finish),
  JS_CFUNC_DEF("confirm", 0, confirm), JS_CFUNC_DEF("restart", 0, restart),
};

JSValue script_new_firmware(JSContext *context) {
  JSValue firmware = JS_NewObject(context);
  JS_SetPropertyFunctionList(context, firmware, members, sizeof members / sizeof members[0]);
  return firmware;
}
