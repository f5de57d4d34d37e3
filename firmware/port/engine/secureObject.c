/**
 * `board.secure`: bytes and handles to the functions of board.h. Keys never pass here.
 */
#include "secureObject.h"

#include "board.h"
#include "scriptBoard.h"

#define CIPHER_BYTES_MAX (16 * 1024) /* far above a message of the protocol */

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

SCRIPT_FUNCTION(encrypt_cbc) {
  (void)self, (void)count;
  uint32_t key;
  script_bytes iv, plain;
  if (!script_take_number(context, values[0], &key) || !script_take_bytes(context, values[1], &iv) || !script_take_bytes(context, values[2], &plain))
    return JS_EXCEPTION;
  if (plain.length > CIPHER_BYTES_MAX) return script_refuse(context, "too much to encrypt");
  uint8_t *cipher = js_malloc(context, plain.length + 1);
  if (cipher == NULL) return JS_EXCEPTION;
  bool is_encrypted = board_secure_encrypt_cbc(key, iv.bytes, iv.length, plain.bytes, plain.length, cipher);
  JSValue given = is_encrypted ? script_give_bytes(context, cipher, plain.length) : script_refuse(context, "encryption needs a key, 16 bytes and whole blocks");
  js_free(context, cipher);
  return given;
}

enum { CMAC, HMAC };
SCRIPT_MAGIC_FUNCTION(authenticate) {
  (void)self, (void)count;
  uint32_t key;
  script_bytes data;
  uint8_t mac[32];
  if (!script_take_number(context, values[0], &key) || !script_take_bytes(context, values[1], &data)) return JS_EXCEPTION;
  bool is_made = magic == CMAC ? board_secure_cmac(key, data.bytes, data.length, mac) : board_secure_hmac_sha256(key, data.bytes, data.length, mac);
  return is_made ? script_give_bytes(context, mac, magic == CMAC ? 16 : 32) : script_refuse(context, "no key of this kind has this handle");
}

SCRIPT_FUNCTION(erase_key) {
  (void)self, (void)count;
  uint32_t key;
  if (!script_take_number(context, values[0], &key)) return JS_EXCEPTION;
  return board_secure_erase_key(key) ? JS_UNDEFINED : script_refuse(context, "no key has this handle");
}

static const JSCFunctionListEntry secure_members[] = {
  JS_CFUNC_MAGIC_DEF("sha1", 1, digest, SHA1),
  JS_CFUNC_MAGIC_DEF("sha256", 1, digest, SHA256),
  JS_CFUNC_DEF("random", 1, random_bytes),
  JS_CFUNC_DEF("findKey", 1, find_key),
  JS_CFUNC_DEF("keyIdentifier", 1, key_identifier),
  JS_CFUNC_DEF("deriveKey", 2, derive_key),
  JS_CFUNC_DEF("encryptCbc", 3, encrypt_cbc),
  JS_CFUNC_MAGIC_DEF("cmac", 2, authenticate, CMAC),
  JS_CFUNC_MAGIC_DEF("hmacSha256", 2, authenticate, HMAC),
  JS_CFUNC_DEF("eraseKey", 1, erase_key),
};

JSValue script_new_secure(JSContext *context) {
  JSValue secure = JS_NewObject(context);
  JS_SetPropertyFunctionList(context, secure, secure_members, sizeof secure_members / sizeof secure_members[0]);
  return secure;
}

JSValue script_new_digests(JSContext *context) {
  JSValue secure = JS_NewObject(context);
  JS_SetPropertyFunctionList(context, secure, secure_members, 2);
  return secure;
}
