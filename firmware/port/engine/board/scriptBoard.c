/**
 * Values between script and board: numbers and bytes, copied both ways.
 */
#include "scriptBoard.h"

bool script_take_bytes(JSContext *context, JSValueConst value, script_bytes *taken) {
  size_t offset, length, element_bytes, buffer_length;
  JSValue buffer = JS_GetTypedArrayBuffer(context, value, &offset, &length, &element_bytes);
  if (JS_IsException(buffer)) return false;
  const uint8_t *start = JS_GetArrayBuffer(context, &buffer_length, buffer);
  JS_FreeValue(context, buffer); /* the array still holds it */
  if (start == NULL) return false;
  if (element_bytes != 1) {
    JS_ThrowTypeError(context, "the board takes Uint8Array");
    return false;
  }
  *taken = (script_bytes){.bytes = start + offset, .length = length};
  return true;
}

JSValue script_give_bytes(JSContext *context, const uint8_t *bytes, size_t length) {
  static const uint8_t nothing[1];
  JSValue buffer = JS_NewArrayBufferCopy(context, length == 0 ? nothing : bytes, length);
  if (JS_IsException(buffer)) return buffer;
  /* The constructor reads three arguments, whatever it is told. */
  JSValueConst arguments[3] = {buffer, JS_UNDEFINED, JS_UNDEFINED};
  JSValue array = JS_NewTypedArray(context, 3, arguments, JS_TYPED_ARRAY_UINT8);
  JS_FreeValue(context, buffer);
  return array;
}

bool script_take_number(JSContext *context, JSValueConst value, uint32_t *taken) {
  double number;
  if (!JS_IsNumber(value) || JS_ToFloat64(context, &number, value) < 0 || !(number >= 0 && number <= UINT32_MAX)) {
    JS_ThrowRangeError(context, "the board takes a whole number from 0");
    return false;
  }
  *taken = (uint32_t)number;
  return true;
}

JSValue script_refuse(JSContext *context, const char *why) { return JS_ThrowRangeError(context, "%s", why); }
