/**
 * The cryptography by itself, for comparison with another: a line of words, bytes as hexadecimal and `-` for none, is answered
 * by a line, `refused` when the function says so.
 *   sha1 D · sha256 D · random n · hmac K D · cmac K D · cbc K IV P · derived K D P · hkdf CHAIN SECRET part D
 *   seal K N A P · open K N A S · public SCALAR · agree SCALAR PUBLIC D · verify PUBLIC DIGEST SIGNATURE
 *   rsa N e D · rsa16 N e D · rsa32 N e D · memory
 *   cmacderived K D P · unwrap K kind BLOCK D · sign CRT BLOCK
 *   import PROTECTION BLOCK: the check value of the key in the key block, `forged` when it's no such block
 * `cmacderived` gives the CMAC of P under the key derived from D. `unwrap` gives the CMAC of D under the AES key of the block, or the
 * signature of D by its RSA key, `wrong` when the check of it fails. `sign` wraps the key itself before.
 * `derived` encrypts P with a zero IV under the key derived from D and keeps that key. `hkdf` and `agree` give the HMAC of D under the key that they make.
 */
#include "board.h"
#include "cardBoard.h"
#include "keyTable.h"
#include "rsaRecover.h"
#include "secure.h"
#include "secureMemory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_BYTES_MAX 8192

typedef struct {
  size_t length;
  uint8_t bytes[DATA_BYTES_MAX];
} data;

/** rsaRecover.c, built with the digits of another processor. */
bool rsa_recover_16(const uint8_t *modulus, size_t length, uint32_t exponent, const uint8_t *given, uint8_t *recovered);
bool rsa_recover_32(const uint8_t *modulus, size_t length, uint32_t exponent, const uint8_t *given, uint8_t *recovered);

const char *board_identity_model(void) { return "Comptoir host twin"; }
const char *board_identity_serial(void) { return "SECURE"; }

static const char *seed = "good";

/** From the environment: bytes that count up, that are all equal, or none at all. */
bool board_seed(uint8_t *bytes, size_t length) {
  if (strcmp(seed, "none") == 0) return false;
  for (size_t i = 0; i < length; i += 1) bytes[i] = strcmp(seed, "stuck") == 0 ? 0x5a : (uint8_t)(i * 7);
  return true;
}

static data next_word(void) {
  data read = {0};
  const char *word = strtok(NULL, " ");
  if (word == NULL || word[0] == '-') return read;
  for (unsigned byte; read.length < DATA_BYTES_MAX && sscanf(word + 2 * read.length, "%2x", &byte) == 1; read.length += 1)
    read.bytes[read.length] = (uint8_t)byte;
  return read;
}

static unsigned long next_number(void) {
  const char *word = strtok(NULL, " ");
  return word == NULL ? 0 : strtoul(word, NULL, 10);
}

static uint32_t next_key(void) {
  const data key = next_word();
  return board_secure_known_key(key.bytes, key.length);
}

static uint32_t next_pair(void) {
  const data scalar = next_word();
  return scalar.length == 32 ? key_table_keep(KEY_PAIR, scalar.bytes, scalar.length) : 0;
}

static void forget(uint32_t key) {
  if (key != 0) board_secure_erase_key(key);
}

static void answer(bool is_given, const uint8_t *bytes, size_t length) {
  if (!is_given) printf("refused");
  for (size_t i = 0; is_given && i < length; i += 1) printf("%02x", bytes[i]);
  printf("\n");
  fflush(stdout);
}

static void answer_hmac(uint32_t key, const data *authenticated) {
  uint8_t mac[32];
  answer(key != 0 && board_secure_hmac_sha256(key, authenticated->bytes, authenticated->length, mac), mac, sizeof mac);
  forget(key);
}

static void answer_plain(const char *name) {
  uint8_t out[DATA_BYTES_MAX];
  if (strcmp(name, "random") == 0) {
    const size_t length = next_number();
    answer(board_secure_random(out, length), out, length);
    return;
  }
  const data hashed = next_word();
  const bool is_short = strcmp(name, "sha1") == 0;
  answer(is_short ? board_secure_sha1(hashed.bytes, hashed.length, out) : board_secure_sha256(hashed.bytes, hashed.length, out), out, is_short ? 20 : 32);
}

/** What is done with one key, which is forgotten afterwards. */
static void answer_keyed(const char *name, uint32_t key) {
  uint8_t out[DATA_BYTES_MAX + BOARD_TAG_BYTES];
  const data first = next_word(), second = next_word(), third = next_word();
  if (strcmp(name, "hmac") == 0) {
    answer(board_secure_hmac_sha256(key, first.bytes, first.length, out), out, 32);
  } else if (strcmp(name, "cmac") == 0) {
    answer(board_secure_cmac(key, first.bytes, first.length, out), out, 16);
  } else if (strcmp(name, "cbc") == 0) {
    answer(board_secure_encrypt_cbc(key, first.bytes, first.length, second.bytes, second.length, out), out, second.length);
  } else if (strcmp(name, "seal") == 0) {
    const bool is_sealed = board_secure_seal_gcm(key, first.bytes, first.length, second.bytes, second.length, third.bytes, third.length, out);
    answer(is_sealed, out, third.length + BOARD_TAG_BYTES);
  } else if (strcmp(name, "open") == 0) {
    memset(out, 0xee, sizeof out);
    const board_opened opened = board_secure_open_gcm(key, first.bytes, first.length, second.bytes, second.length, third.bytes, third.length, out);
    answer(opened == BOARD_OPENED, out, third.length - BOARD_TAG_BYTES);
    if (opened == BOARD_FORGED)
      for (size_t i = 0; i + BOARD_TAG_BYTES < third.length; i += 1)
        if (out[i] != 0) abort(); /* a forged message was shown */
  } else if (strcmp(name, "derived") == 0) {
    const uint8_t iv[16] = {0};
    const uint32_t derived = board_secure_derive_key(key, first.bytes, first.length);
    answer(derived != 0 && board_secure_encrypt_cbc(derived, iv, sizeof iv, second.bytes, second.length, out), out, second.length);
  } else {
    answer(false, NULL, 0);
  }
  forget(key);
}

static void answer_hkdf(void) {
  const uint32_t chain = next_key(), secret = next_key();
  const uint32_t part = (uint32_t)next_number();
  const data authenticated = next_word();
  answer_hmac(board_secure_derive_hkdf(chain, secret, part), &authenticated);
  forget(chain);
  forget(secret);
}

static void answer_pair(const char *name) {
  const uint32_t pair = next_pair();
  uint8_t out[32];
  if (strcmp(name, "public") == 0) {
    answer(board_secure_public_key(pair, out), out, sizeof out);
  } else {
    uint32_t secret = 0;
    const data public_key = next_word(), authenticated = next_word();
    if (board_secure_agree(pair, public_key.bytes, public_key.length, &secret)) answer_hmac(secret, &authenticated);
    else answer(false, NULL, 0);
  }
  forget(pair);
}

static void answer_verify(void) {
  const data public_key = next_word(), digest = next_word(), signature = next_word();
  answer(board_secure_verify_signature(public_key.bytes, public_key.length, digest.bytes, digest.length, signature.bytes, signature.length),
         (const uint8_t *)"\1", 1);
}

static void answer_rsa(const char *name) {
  uint8_t out[BOARD_RSA_BYTES_MAX];
  const data modulus = next_word();
  const uint32_t exponent = (uint32_t)next_number();
  const data given = next_word();
  bool is_recovered = false;
  if (strcmp(name, "rsa") == 0) is_recovered = board_secure_rsa_recover(modulus.bytes, modulus.length, exponent, given.bytes, given.length, out);
  else if (given.length == modulus.length)
    is_recovered = (name[3] == '1' ? rsa_recover_16 : rsa_recover_32)(modulus.bytes, modulus.length, exponent, given.bytes, out);
  answer(is_recovered, out, modulus.length);
}

/** The CMAC of `data` under the key, or its signature. The key is forgotten. */
static void answer_with(uint32_t key, bool is_rsa, const data *given) {
  uint8_t out[BOARD_CARD_RSA_BYTES_MAX];
  if (is_rsa) {
    const board_opened signed_block = board_secure_rsa_sign(key, given->bytes, given->length, out);
    if (signed_block == BOARD_FORGED) puts("wrong"), fflush(stdout);
    else answer(signed_block == BOARD_OPENED, out, board_secure_rsa_size(key));
  } else answer(board_secure_cmac(key, given->bytes, given->length, out), out, 16);
  forget(key);
}

static void answer_unwrap(void) {
  const uint32_t wrapping = next_key(), kind = (uint32_t)next_number();
  const data block = next_word(), given = next_word();
  uint32_t key;
  const board_opened opened = board_secure_unwrap_key(wrapping, kind, block.bytes, block.length, &key);
  if (opened == BOARD_OPENED) answer_with(key, kind == WRAPPED_RSA, &given);
  else puts(opened == BOARD_FORGED ? "forged" : "refused"), fflush(stdout);
  forget(wrapping);
}

static void answer_sign(void) {
  const uint8_t nonce[12] = {1}, kind = WRAPPED_RSA;
  const uint32_t wrapping = board_secure_known_key((const uint8_t *)"a wrapping key..", 16);
  const data crt = next_word(), block = next_word();
  uint8_t wrapped[DATA_BYTES_MAX + sizeof nonce + BOARD_TAG_BYTES];
  uint32_t key;
  memcpy(wrapped, nonce, sizeof nonce);
  board_secure_seal_gcm(wrapping, nonce, sizeof nonce, &kind, 1, crt.bytes, crt.length, wrapped + sizeof nonce);
  if (board_secure_unwrap_key(wrapping, kind, wrapped, sizeof nonce + crt.length + BOARD_TAG_BYTES, &key) == BOARD_OPENED) answer_with(key, true, &block);
  else puts("forged"), fflush(stdout);
  forget(wrapping);
}

static void answer_derived_by_cmac(void) {
  const uint32_t parent = next_key();
  const data from = next_word(), given = next_word();
  answer_with(board_secure_derive_cmac(parent, from.bytes, from.length), false, &given);
  forget(parent);
}

static void answer_import(void) {
  const uint32_t protection = next_key();
  const data block = next_word();
  uint8_t value[BOARD_CHECK_VALUE_BYTES];
  uint32_t key;
  const board_opened opened = board_secure_import_key_block(protection, block.bytes, block.length, &key);
  if (opened == BOARD_FORGED) puts("forged"), fflush(stdout);
  else answer(opened == BOARD_OPENED && board_secure_check_value(key, value), value, sizeof value);
  forget(key);
  forget(protection);
}

static void answer_line(const char *name) {
  if (strcmp(name, "sha1") == 0 || strcmp(name, "sha256") == 0 || strcmp(name, "random") == 0) answer_plain(name);
  else if (strcmp(name, "hkdf") == 0) answer_hkdf();
  else if (strcmp(name, "public") == 0 || strcmp(name, "agree") == 0) answer_pair(name);
  else if (strcmp(name, "verify") == 0) answer_verify();
  else if (strncmp(name, "rsa", 3) == 0) answer_rsa(name);
  else if (strcmp(name, "unwrap") == 0) answer_unwrap();
  else if (strcmp(name, "import") == 0) answer_import();
  else if (strcmp(name, "sign") == 0) answer_sign();
  else if (strcmp(name, "cmacderived") == 0) answer_derived_by_cmac();
  else if (strcmp(name, "memory") == 0) printf("%zu %zu\n", secure_memory_peak(), secure_memory_size()), fflush(stdout);
  else answer_keyed(name, next_key());
}

int main(void) {
  if (getenv("COMPTOIR_SEED") != NULL) seed = getenv("COMPTOIR_SEED");
  if (!secure_start()) {
    puts("not started");
    return 0;
  }
  puts("started");
  fflush(stdout);
  static char line[6 * DATA_BYTES_MAX];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    answer_line(strtok(line, " "));
  }
  return 0;
}
