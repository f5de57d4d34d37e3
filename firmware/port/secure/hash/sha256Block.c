/** Gives mbedTLS's SHA-256 its block in assembly, on the processor that it's written for: see MBEDTLS_SHA256_PROCESS_ALT. */
#include "mbedtls/platform_util.h"
#include "mbedtls/sha256.h"

#include <string.h>

#define BLOCK_BYTES 64

#ifdef MBEDTLS_SHA256_PROCESS_ALT
void sha256_block(uint32_t state[8], const uint8_t data[BLOCK_BYTES]); /* sha256Block.S */

int mbedtls_internal_sha256_process(mbedtls_sha256_context *context, const unsigned char data[BLOCK_BYTES]) {
  if (((uintptr_t)data & 3) == 0) {
    sha256_block(context->MBEDTLS_PRIVATE(state), data);
    return 0;
  }
  uint32_t aligned[BLOCK_BYTES / sizeof(uint32_t)];
  memcpy(aligned, data, sizeof aligned);
  sha256_block(context->MBEDTLS_PRIVATE(state), (const uint8_t *)aligned);
  mbedtls_platform_zeroize(aligned, sizeof aligned);
  return 0;
}
#endif
