/**
 * Between the engine and the objects named `board`: the reader's (readerBoard.c), the dynamic card's (cardBoard.c) and the vectors'
 * (vectorsBoard.c).
 */
#ifndef COMPTOIR_SCRIPT_BOARD_H
#define COMPTOIR_SCRIPT_BOARD_H

#include "quickjs.h"

#include <stdbool.h>

#define SCRIPT_FUNCTION(name) static JSValue name(JSContext *context, JSValueConst self, int count, JSValueConst *values)
#define SCRIPT_MAGIC_FUNCTION(name) static JSValue name(JSContext *context, JSValueConst self, int count, JSValueConst *values, int magic)

/** Makes the script's `board`. Each image has one of them. */
JSValue script_new_board(JSContext *context);

/** Keeps what the script handed over, a step or a runner. Throws when it's no function, or there is one already. */
JSValue script_keep_callback(JSContext *context, JSValueConst callback);

typedef struct {
  const uint8_t *bytes;
  size_t length;
} script_bytes;

/** The bytes of a Uint8Array, for as long as the script doesn't run. False: it has thrown. */
bool script_take_bytes(JSContext *context, JSValueConst value, script_bytes *taken);
/** A new Uint8Array with a copy. */
JSValue script_give_bytes(JSContext *context, const uint8_t *bytes, size_t length);
/** A whole number 0 ≤ n ≤ FFFFFFFF. False: it has thrown. */
bool script_take_number(JSContext *context, JSValueConst value, uint32_t *taken);
/** Throws what the board's contract forbids. */
JSValue script_refuse(JSContext *context, const char *why);

#endif
