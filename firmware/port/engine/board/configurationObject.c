#include "configurationObject.h"

#include "board.h"
#include "scriptBoard.h"

/** Place, offset and length. False: it has thrown. */
static bool take_range(JSContext *context, JSValueConst *values, uint32_t range[3]) {
  for (int i = 0; i < 3; i += 1)
    if (!script_take_number(context, values[i], &range[i])) return false;
  return true;
}

SCRIPT_FUNCTION(read) {
  (void)self, (void)count;
  uint32_t range[3];
  const uint8_t *bytes = NULL;
  if (!take_range(context, values, range)) return JS_EXCEPTION;
  if (range[2] > BOARD_CONFIGURATION_READ_BYTES_MAX) return script_refuse(context, "that is more than is read at once");
  const size_t length = board_configuration_read(range[0], range[1], range[2], &bytes);
  return script_give_bytes(context, bytes, length);
}

SCRIPT_FUNCTION(hash) {
  (void)self, (void)count;
  uint32_t range[3];
  uint8_t digest[32];
  if (!take_range(context, values, range)) return JS_EXCEPTION;
  board_configuration_sha256(range[0], range[1], range[2], digest);
  return script_give_bytes(context, digest, sizeof digest);
}

SCRIPT_FUNCTION(begin) {
  (void)self, (void)count;
  uint32_t length;
  if (!script_take_number(context, values[0], &length)) return JS_EXCEPTION;
  return JS_NewBool(context, board_configuration_begin(length));
}

SCRIPT_FUNCTION(write) {
  (void)self, (void)count;
  uint32_t offset;
  script_bytes bytes;
  if (!script_take_number(context, values[0], &offset) || !script_take_bytes(context, values[1], &bytes)) return JS_EXCEPTION;
  return JS_NewBool(context, board_configuration_write(offset, bytes.bytes, bytes.length));
}

SCRIPT_FUNCTION(finish) {
  (void)self, (void)count, (void)values;
  return JS_NewBool(context, board_configuration_finish());
}

static const JSCFunctionListEntry members[] = {
  JS_CFUNC_DEF("read", 3, read),   JS_CFUNC_DEF("sha256", 3, hash),  JS_CFUNC_DEF("begin", 1, begin),
  JS_CFUNC_DEF("write", 2, write), JS_CFUNC_DEF("finish", 0, finish),
};

JSValue script_new_configuration(JSContext *context) {
  JSValue configuration = JS_NewObject(context);
  JS_SetPropertyFunctionList(context, configuration, members, sizeof members / sizeof members[0]);
  return configuration;
}
