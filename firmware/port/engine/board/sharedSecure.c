/**
 * What `board.secure` of the reader and of the dynamic card have in common: bytes and handles to functions that board.h and
 * cardBoard.h both declare. Keys never pass here.
 */
#include "sharedSecure.h"

#include "board.h"
#include "scriptBoard.h"

enum { SHA1, SHA256 };
SCRIPT_MAGIC_FUNCTION(digest) {
  (void)self, (void)count;
  script_bytes data;
  uint8_t digest[32];
  if (!script_take_bytes(context, values[0], &data)) return JS_EXCEPTION;
  bool is_made = magic == SHA1 ? board_secure_sha1(data.bytes, data.length, digest) : board_secure_sha256(data.bytes, data.length, digest);
  return is_made ? script_give_bytes(context, digest, magic == SHA1 ? 20 : 32) : script_refuse(context, "no digest");
}

SCRIPT_FUNCTION(random_bytes) {
  (void)self, (void)count;
  uint32_t length;
  uint8_t bytes[BOARD_RANDOM_BYTES_MAX];
  if (!script_take_number(context, values[0], &length)) return JS_EXCEPTION;
  if (length < 1 || length > sizeof bytes || !board_secure_random(bytes, length)) return script_refuse(context, "random gives 1 to 64 bytes");
  return script_give_bytes(context, bytes, length);
}

SCRIPT_FUNCTION(find_key) {
  (void)self, (void)count;
  const char *name = JS_ToCString(context, values[0]);
  if (name == NULL) return JS_EXCEPTION;
  uint32_t key = board_secure_find_key(name);
  JS_FreeCString(context, name);
  return JS_NewUint32(context, key);
}

SCRIPT_FUNCTION(key_identifier) {
  (void)self, (void)count;
  uint32_t key;
  const uint8_t *identifier;
  size_t length;
  if (!script_take_number(context, values[0], &key)) return JS_EXCEPTION;
  if (!board_secure_key_identifier(key, &identifier, &length)) return script_refuse(context, "no key has this handle");
  return script_give_bytes(context, identifier, length);
}

SCRIPT_FUNCTION(derive_key) {
  (void)self, (void)count;
  uint32_t parent;
  script_bytes data;
  if (!script_take_number(context, values[0], &parent) || !script_take_bytes(context, values[1], &data)) return JS_EXCEPTION;
  uint32_t key = board_secure_derive_key(parent, data.bytes, data.length);
  return key == 0 ? script_refuse(context, "no key can be derived from this") : JS_NewUint32(context, key);
}

SCRIPT_FUNCTION(make_cmac) {
  (void)self, (void)count;
  uint32_t key;
  script_bytes data;
  uint8_t mac[16];
  if (!script_take_number(context, values[0], &key) || !script_take_bytes(context, values[1], &data)) return JS_EXCEPTION;
  return board_secure_cmac(key, data.bytes, data.length, mac) ? script_give_bytes(context, mac, sizeof mac) : script_refuse(context, "no key of this kind has this handle");
}

SCRIPT_FUNCTION(verify_signature) {
  (void)self, (void)count;
  script_bytes key, digest, signature;
  if (!script_take_bytes(context, values[0], &key) || !script_take_bytes(context, values[1], &digest) || !script_take_bytes(context, values[2], &signature))
    return JS_EXCEPTION;
  return JS_NewBool(context, board_secure_verify_signature(key.bytes, key.length, digest.bytes, digest.length, signature.bytes, signature.length));
}

SCRIPT_FUNCTION(erase_key) {
  (void)self, (void)count;
  uint32_t key;
  if (!script_take_number(context, values[0], &key)) return JS_EXCEPTION;
  return board_secure_erase_key(key) ? JS_UNDEFINED : script_refuse(context, "no key has this handle");
}

static const JSCFunctionListEntry shared_members[] = {
  JS_CFUNC_MAGIC_DEF("sha1", 1, digest, SHA1),
  JS_CFUNC_MAGIC_DEF("sha256", 1, digest, SHA256),
  JS_CFUNC_DEF("random", 1, random_bytes),
  JS_CFUNC_DEF("findKey", 1, find_key),
  JS_CFUNC_DEF("keyIdentifier", 1, key_identifier),
  JS_CFUNC_DEF("deriveKey", 2, derive_key),
  JS_CFUNC_DEF("cmac", 2, make_cmac),
  JS_CFUNC_DEF("verifySignature", 3, verify_signature),
  JS_CFUNC_DEF("eraseKey", 1, erase_key),
};

JSValue script_new_shared_secure(JSContext *context) {
  JSValue secure = JS_NewObject(context);
  JS_SetPropertyFunctionList(context, secure, shared_members, sizeof shared_members / sizeof shared_members[0]);
  return secure;
}
