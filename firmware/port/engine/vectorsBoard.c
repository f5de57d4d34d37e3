/**
 * The global `board` of the test image: two digests, and `serve` to hand over the runner.
 */
#include "scriptBoard.h"
#include "secureObject.h"

SCRIPT_FUNCTION(serve) {
  (void)self, (void)count;
  return script_keep_callback(context, values[0]);
}

void script_install_board(JSContext *context) {
  JSValue global = JS_GetGlobalObject(context), board = JS_NewObject(context);
  JS_SetPropertyStr(context, board, "secure", script_new_digests(context));
  JS_SetPropertyStr(context, board, "serve", JS_NewCFunction(context, serve, "serve", 1));
  JS_SetPropertyStr(context, global, "board", board);
  JS_FreeValue(context, global);
}
