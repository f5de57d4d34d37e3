#include "secureMemory.h"

#include "mbedtls/memory_buffer_alloc.h"

#include <string.h>

#define MEMORY_BYTES 2176 /* the signature of a card needs the most, 1,992; RSA with the longest key 1,624 */
#define HEADER_BYTES_MAX 64 /* of mbedTLS's, before the block that is free */
#define NEVER_USED 0xa5 /* what is freed is overwritten with zeros */

static uint8_t memory[MEMORY_BYTES] __attribute__((aligned(8)));

void secure_memory_start(void) {
  mbedtls_memory_buffer_alloc_init(memory, sizeof memory);
  memset(memory + HEADER_BYTES_MAX, NEVER_USED, sizeof memory - HEADER_BYTES_MAX);
}

size_t secure_memory_peak(void) {
  size_t top = sizeof memory;
  while (top > 0 && memory[top - 1] == NEVER_USED) top -= 1;
  return top;
}

size_t secure_memory_size(void) { return sizeof memory; }
