/**
 * The reader's `board.secure`: bytes and handles to the functions of board.h. Keys never pass here.
 */
#include "secureObject.h"

#include "board.h"
#include "scriptBoard.h"
#include "sharedSecure.h"

#include <string.h>

#define CIPHER_BYTES_MAX (16 * 1024) /* far above a message of the protocol */

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

SCRIPT_FUNCTION(hmac_sha256) {
  (void)self, (void)count;
  uint32_t key;
  script_bytes data;
  uint8_t mac[32];
  if (!script_take_number(context, values[0], &key) || !script_take_bytes(context, values[1], &data)) return JS_EXCEPTION;
  return board_secure_hmac_sha256(key, data.bytes, data.length, mac) ? script_give_bytes(context, mac, sizeof mac) : script_refuse(context, "no key of this kind has this handle");
}

SCRIPT_FUNCTION(seal_gcm) {
  (void)self, (void)count;
  uint32_t key;
  script_bytes nonce, associated, plain;
  if (!script_take_number(context, values[0], &key) || !script_take_bytes(context, values[1], &nonce) ||
      !script_take_bytes(context, values[2], &associated) || !script_take_bytes(context, values[3], &plain))
    return JS_EXCEPTION;
  if (plain.length > CIPHER_BYTES_MAX) return script_refuse(context, "too much to encrypt");
  uint8_t *sealed = js_malloc(context, plain.length + BOARD_TAG_BYTES);
  if (sealed == NULL) return JS_EXCEPTION;
  bool is_sealed = board_secure_seal_gcm(key, nonce.bytes, nonce.length, associated.bytes, associated.length, plain.bytes, plain.length, sealed);
  JSValue given = is_sealed ? script_give_bytes(context, sealed, plain.length + BOARD_TAG_BYTES) : script_refuse(context, "sealing needs a key and 12 bytes");
  js_free(context, sealed);
  return given;
}

SCRIPT_FUNCTION(open_gcm) {
  (void)self, (void)count;
  uint32_t key;
  script_bytes nonce, associated, sealed;
  if (!script_take_number(context, values[0], &key) || !script_take_bytes(context, values[1], &nonce) ||
      !script_take_bytes(context, values[2], &associated) || !script_take_bytes(context, values[3], &sealed))
    return JS_EXCEPTION;
  if (sealed.length > CIPHER_BYTES_MAX) return script_refuse(context, "too much to decrypt");
  uint8_t *plain = js_malloc(context, sealed.length + 1);
  if (plain == NULL) return JS_EXCEPTION;
  const board_opened opened = board_secure_open_gcm(key, nonce.bytes, nonce.length, associated.bytes, associated.length, sealed.bytes, sealed.length, plain);
  JSValue given = JS_UNDEFINED;
  if (opened == BOARD_MISUSED) given = script_refuse(context, "opening needs a key and 12 bytes");
  if (opened == BOARD_OPENED) {
    given = script_give_bytes(context, plain, sealed.length - BOARD_TAG_BYTES);
    explicit_bzero(plain, sealed.length);
  }
  js_free(context, plain);
  return given;
}

SCRIPT_FUNCTION(known_key) {
  (void)self, (void)count;
  script_bytes bytes;
  if (!script_take_bytes(context, values[0], &bytes)) return JS_EXCEPTION;
  uint32_t key = board_secure_known_key(bytes.bytes, bytes.length);
  return key == 0 ? script_refuse(context, "a key has 16 or 32 bytes") : JS_NewUint32(context, key);
}

SCRIPT_FUNCTION(derive_hkdf) {
  (void)self, (void)count;
  uint32_t chain, secret, part;
  if (!script_take_number(context, values[0], &chain) || !script_take_number(context, values[1], &secret) || !script_take_number(context, values[2], &part))
    return JS_EXCEPTION;
  uint32_t key = board_secure_derive_hkdf(chain, secret, part);
  return key == 0 ? script_refuse(context, "no key can be derived from this") : JS_NewUint32(context, key);
}

SCRIPT_FUNCTION(import_key_block) {
  (void)self, (void)count;
  uint32_t protection, key;
  script_bytes block;
  if (!script_take_number(context, values[0], &protection) || !script_take_bytes(context, values[1], &block)) return JS_EXCEPTION;
  const board_opened opened = board_secure_import_key_block(protection, block.bytes, block.length, &key);
  return opened == BOARD_MISUSED ? script_refuse(context, "importing needs a protection key, and room for another") : JS_NewUint32(context, key);
}

SCRIPT_FUNCTION(check_value) {
  (void)self, (void)count;
  uint32_t key;
  uint8_t value[BOARD_CHECK_VALUE_BYTES];
  if (!script_take_number(context, values[0], &key)) return JS_EXCEPTION;
  return board_secure_check_value(key, value) ? script_give_bytes(context, value, sizeof value) : script_refuse(context, "no key of this kind has this handle");
}

SCRIPT_FUNCTION(make_key_pair) {
  (void)self, (void)count, (void)values;
  uint32_t pair = board_secure_make_key_pair();
  return pair == 0 ? script_refuse(context, "no key pair can be made") : JS_NewUint32(context, pair);
}

SCRIPT_FUNCTION(public_key) {
  (void)self, (void)count;
  uint32_t pair;
  uint8_t bytes[32];
  if (!script_take_number(context, values[0], &pair)) return JS_EXCEPTION;
  return board_secure_public_key(pair, bytes) ? script_give_bytes(context, bytes, sizeof bytes) : script_refuse(context, "no key pair has this handle");
}

SCRIPT_FUNCTION(agree) {
  (void)self, (void)count;
  uint32_t pair, secret;
  script_bytes public_key;
  if (!script_take_number(context, values[0], &pair) || !script_take_bytes(context, values[1], &public_key)) return JS_EXCEPTION;
  if (!board_secure_agree(pair, public_key.bytes, public_key.length, &secret)) return script_refuse(context, "no key pair has this handle");
  return JS_NewUint32(context, secret);
}

SCRIPT_FUNCTION(rsa_recover) {
  (void)self, (void)count;
  uint32_t exponent;
  script_bytes modulus, data;
  uint8_t recovered[BOARD_RSA_BYTES_MAX];
  if (!script_take_bytes(context, values[0], &modulus) || !script_take_number(context, values[1], &exponent) || !script_take_bytes(context, values[2], &data))
    return JS_EXCEPTION;
  if (!board_secure_rsa_recover(modulus.bytes, modulus.length, exponent, data.bytes, data.length, recovered)) return JS_UNDEFINED;
  JSValue given = script_give_bytes(context, recovered, modulus.length);
  explicit_bzero(recovered, sizeof recovered); /* it may hold the card number */
  return given;
}

static const JSCFunctionListEntry secure_members[] = {
  JS_CFUNC_DEF("encryptCbc", 3, encrypt_cbc),
  JS_CFUNC_DEF("hmacSha256", 2, hmac_sha256),
  JS_CFUNC_DEF("sealGcm", 4, seal_gcm),
  JS_CFUNC_DEF("openGcm", 4, open_gcm),
  JS_CFUNC_DEF("knownKey", 1, known_key),
  JS_CFUNC_DEF("deriveHkdf", 3, derive_hkdf),
  JS_CFUNC_DEF("importKeyBlock", 2, import_key_block),
  JS_CFUNC_DEF("checkValue", 1, check_value),
  JS_CFUNC_DEF("makeKeyPair", 0, make_key_pair),
  JS_CFUNC_DEF("publicKey", 1, public_key),
  JS_CFUNC_DEF("agree", 2, agree),
  JS_CFUNC_DEF("rsaRecover", 3, rsa_recover),
};

JSValue script_new_secure(JSContext *context) {
  JSValue secure = script_new_shared_secure(context);
  JS_SetPropertyFunctionList(context, secure, secure_members, sizeof secure_members / sizeof secure_members[0]);
  return secure;
}
