/**
 * The `board` of the test image: the cryptography, with one more function, which makes a key pair of a known scalar,
 * and `serve` to hand over the runner.
 */
#include "keyTable.h"
#include "scriptBoard.h"
#include "secureObject.h"

SCRIPT_FUNCTION(serve) {
  (void)self, (void)count;
  return script_keep_callback(context, values[0]);
}

SCRIPT_FUNCTION(key_pair_from) {
  (void)self, (void)count;
  script_bytes scalar;
  if (!script_take_bytes(context, values[0], &scalar)) return JS_EXCEPTION;
  const uint32_t pair = scalar.length == 32 ? key_table_keep(KEY_PAIR, scalar.bytes, scalar.length) : 0;
  return pair == 0 ? script_refuse(context, "a scalar has 32 bytes") : JS_NewUint32(context, pair);
}

JSValue script_new_board(JSContext *context) {
  JSValue board = JS_NewObject(context), secure = script_new_secure(context);
  JS_SetPropertyStr(context, secure, "keyPairFrom", JS_NewCFunction(context, key_pair_from, "keyPairFrom", 1));
  JS_SetPropertyStr(context, board, "secure", secure);
  JS_SetPropertyStr(context, board, "serve", JS_NewCFunction(context, serve, "serve", 1));
  return board;
}
