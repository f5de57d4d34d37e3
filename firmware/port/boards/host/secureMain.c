/**
 * The cryptography by itself, for comparison with another: a line of words, bytes as hexadecimal and `-` for none, is answered
 * by a line, `refused` when the function says so.   sha1 D · sha256 D · hmac K D · cmac K D · cbc K IV P · derived K D P · random n
 * `derived` encrypts P with a zero IV under the key derived from D.
 */
#include "board.h"
#include "secure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_BYTES_MAX 8192

typedef struct {
  size_t length;
  uint8_t bytes[DATA_BYTES_MAX];
} data;

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

static uint32_t next_key(void) {
  data key = next_word();
  uint32_t had = board_secure_find_key("tested");
  if (had != 0) board_secure_erase_key(had);
  return secure_provision("tested", key.bytes, key.length, (const uint8_t *)"\1", 1) ? board_secure_find_key("tested") : 0;
}

static void answer(bool is_given, const uint8_t *bytes, size_t length) {
  if (!is_given) printf("refused");
  for (size_t i = 0; is_given && i < length; i += 1) printf("%02x", bytes[i]);
  printf("\n");
  fflush(stdout);
}

static void answer_line(const char *name) {
  uint8_t out[DATA_BYTES_MAX];
  if (strcmp(name, "sha1") == 0 || strcmp(name, "sha256") == 0) {
    data hashed = next_word();
    bool is_short = name[3] == '1';
    answer(is_short ? board_secure_sha1(hashed.bytes, hashed.length, out) : board_secure_sha256(hashed.bytes, hashed.length, out), out, is_short ? 20 : 32);
  } else if (strcmp(name, "random") == 0) {
    size_t length = strtoul(strtok(NULL, " "), NULL, 10);
    answer(board_secure_random(out, length), out, length);
  } else if (strcmp(name, "hmac") == 0) {
    uint32_t key = next_key();
    data signed_data = next_word();
    answer(board_secure_hmac_sha256(key, signed_data.bytes, signed_data.length, out), out, 32);
  } else if (strcmp(name, "cmac") == 0) {
    uint32_t key = next_key();
    data signed_data = next_word();
    answer(board_secure_cmac(key, signed_data.bytes, signed_data.length, out), out, 16);
  } else if (strcmp(name, "cbc") == 0) {
    uint32_t key = next_key();
    data iv = next_word(), plain = next_word();
    answer(board_secure_encrypt_cbc(key, iv.bytes, iv.length, plain.bytes, plain.length, out), out, plain.length);
  } else if (strcmp(name, "derived") == 0) {
    uint32_t parent = next_key();
    data from = next_word(), plain = next_word();
    const uint8_t iv[16] = {0};
    uint32_t key = board_secure_derive_key(parent, from.bytes, from.length);
    answer(key != 0 && board_secure_encrypt_cbc(key, iv, sizeof iv, plain.bytes, plain.length, out), out, plain.length);
    /* Kept, until the table is full: then no key is derived any more. */
  } else {
    answer(false, NULL, 0);
  }
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
