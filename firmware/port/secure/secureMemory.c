#include "secureMemory.h"

#include "mbedtls/memory_buffer_alloc.h"

#include <stdint.h>
#include <string.h>

/** P-256 needs the most: 2,752 and 3,856. A machine with longer pointers and words needs more for the same. */
#if UINTPTR_MAX > 0xffffffff
#define MEMORY_BYTES 4608
#else
#define MEMORY_BYTES 3072
#endif
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
