/**
 * `x25519Time SECRET PUBLIC` agrees with a secret, and with random bytes, that memcheck takes for uninitialized memory: a branch or an address
 * that depends on one of them is an error of memcheck's. Run under valgrind; prints the shared secret.
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "mbedtls/platform_util.h"
#include "random.h"
#include "x25519.h"

bool random_fill(uint8_t *bytes, size_t length) {
  memset(bytes, 0x5a, length);
  (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, length);
  return true;
}

void mbedtls_platform_zeroize(void *bytes, size_t length) { memset(bytes, 0, length); }

static bool read_bytes(const char *hex, uint8_t bytes[32]) {
  size_t length = 0;
  for (unsigned byte; length < 32 && sscanf(hex + 2 * length, "%2x", &byte) == 1; length += 1) bytes[length] = (uint8_t)byte;
  return length == 32;
}

int main(int count, char **values) {
  uint8_t secret[32], public_key[32], shared[32];
  if (count != 3 || !read_bytes(values[1], secret) || !read_bytes(values[2], public_key)) return 2;
  (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
  bool is_agreed = x25519_agree(secret, public_key, shared);
  /* Whether there is a secret at all is no secret. */
  (void)VALGRIND_MAKE_MEM_DEFINED(&is_agreed, sizeof is_agreed);
  if (!is_agreed) return 1;
  (void)VALGRIND_MAKE_MEM_DEFINED(shared, sizeof shared);
  for (size_t i = 0; i < sizeof shared; i += 1) printf("%02x", shared[i]);
  printf("\n");
  return 0;
}
