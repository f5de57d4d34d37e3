/**
 * `rsaTime CRT BLOCK` signs with a key that memcheck takes for uninitialized memory: a branch or an address that depends on it is an
 * error of memcheck's. Run under valgrind; prints the signature.
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "rsaSign.h"
#include "secureMemory.h"

static size_t bytes_of(const char *hex, uint8_t *bytes, size_t room) {
  size_t length = 0;
  for (unsigned byte; length < room && sscanf(hex + 2 * length, "%2x", &byte) == 1; length += 1) bytes[length] = (uint8_t)byte;
  return length;
}

int main(int count, char **values) {
  static uint8_t crt[RSA_CRT_BYTES_MAX], block[RSA_SIGN_MODULUS_BYTES_MAX], signature[RSA_SIGN_MODULUS_BYTES_MAX];
  if (count != 3) return 2;
  const size_t length = bytes_of(values[1], crt, sizeof crt), block_length = bytes_of(values[2], block, sizeof block);
  if (!rsa_is_crt_length(length) || block_length != 2 * length / RSA_CRT_NUMBERS) return 2;
  secure_memory_start();
  (void)VALGRIND_MAKE_MEM_UNDEFINED(crt, length);
  if (!rsa_sign(crt, length / RSA_CRT_NUMBERS, block, signature)) return 1;
  for (size_t i = 0; i < block_length; i += 1) printf("%02x", signature[i]);
  printf("\n");
  return 0;
}
