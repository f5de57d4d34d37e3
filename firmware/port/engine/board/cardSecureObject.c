/**
 * The dynamic card's `board.secure`: bytes and handles to the functions of cardBoard.h. Keys never pass here.
 */
#include "cardSecureObject.h"

#include "cardBoard.h"
#include "scriptBoard.h"
#include "sharedSecure.h"

SCRIPT_FUNCTION(derive_cmac) {
  (void)self, (void)count;
  uint32_t parent;
  script_bytes data;
  if (!script_take_number(context, values[0], &parent) || !script_take_bytes(context, values[1], &data)) return JS_EXCEPTION;
  const uint32_t key = board_secure_derive_cmac(parent, data.bytes, data.length);
  return key == 0 ? script_refuse(context, "no key can be derived from this") : JS_NewUint32(context, key);
}

SCRIPT_FUNCTION(unwrap_key) {
  (void)self, (void)count;
  uint32_t wrapping, kind, key;
  script_bytes block;
  if (!script_take_number(context, values[0], &wrapping) || !script_take_number(context, values[1], &kind) || !script_take_bytes(context, values[2], &block))
    return JS_EXCEPTION;
  const board_opened opened = board_secure_unwrap_key(wrapping, kind, block.bytes, block.length, &key);
  return opened == BOARD_MISUSED ? script_refuse(context, "unwrapping needs a key, and room for another") : JS_NewUint32(context, key);
}

SCRIPT_FUNCTION(rsa_size) {
  (void)self, (void)count;
  uint32_t key;
  if (!script_take_number(context, values[0], &key)) return JS_EXCEPTION;
  const size_t size = board_secure_rsa_size(key);
  return size == 0 ? script_refuse(context, "no RSA key has this handle") : JS_NewUint32(context, (uint32_t)size);
}

SCRIPT_FUNCTION(rsa_sign) {
  (void)self, (void)count;
  uint32_t key;
  script_bytes block;
  uint8_t signature[BOARD_CARD_RSA_BYTES_MAX];
  if (!script_take_number(context, values[0], &key) || !script_take_bytes(context, values[1], &block)) return JS_EXCEPTION;
  const board_opened signed_block = board_secure_rsa_sign(key, block.bytes, block.length, signature);
  if (signed_block == BOARD_MISUSED) return script_refuse(context, "signing needs an RSA key and a block of its size");
  return script_give_bytes(context, signature, signed_block == BOARD_OPENED ? block.length : 0);
}

static const JSCFunctionListEntry secure_members[] = {
  JS_CFUNC_DEF("deriveCmac", 2, derive_cmac),
  JS_CFUNC_DEF("unwrapKey", 3, unwrap_key),
  JS_CFUNC_DEF("rsaSize", 1, rsa_size),
  JS_CFUNC_DEF("rsaSign", 2, rsa_sign),
};

JSValue script_new_card_secure(JSContext *context) {
  JSValue secure = script_new_shared_secure(context);
  JS_SetPropertyFunctionList(context, secure, secure_members, sizeof secure_members / sizeof secure_members[0]);
  return secure;
}
