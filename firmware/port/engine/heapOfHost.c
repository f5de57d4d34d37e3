/**
 * The heap for builds under AddressSanitizer: each block is the C library's, so that the sanitizer sees what is read past it.
 */
#include "heap.h"

#include <malloc.h>
#include <stdlib.h>

static size_t limit, used, peak;

void heap_start(void *arena, size_t bytes) {
  (void)arena;
  limit = bytes;
  used = peak = 0;
}
void *heap_allocate(size_t bytes) {
  if (bytes > limit || used + bytes > limit) return NULL;
  void *block = malloc(bytes);
  if (block == NULL) return NULL;
  used += malloc_usable_size(block);
  if (used > peak) peak = used;
  return block;
}
void heap_free(void *block) {
  if (block == NULL) return;
  used -= malloc_usable_size(block);
  free(block);
}
size_t heap_room(const void *block) { return malloc_usable_size((void *)block); }
size_t heap_used(void) { return used; }
size_t heap_peak(void) { return peak; }
