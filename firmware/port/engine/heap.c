/**
 * Segregated free lists over one arena: exact classes of 8 bytes below 256, then a class for each power of two, first fit
 * in it; neighbours that are free are joined at once. A header of 8 bytes a block, no memory of its own beside the lists.
 * Why not newlib's malloc: QuickJS counts with the room of a block, the peak must be known, and a limit must be exact.
 */
#include "heap.h"

#include <stdbool.h>
#include <stdint.h>

#define CLASSES 48
#define SMALL_BYTES 256
#define IN_USE 1u

typedef struct {
  uint32_t bytes;          /* of this block with its header; lowest bit: in use */
  uint32_t bytes_before;   /* of the block before it; 0 for the first */
} block_header;

typedef struct free_link {
  struct free_link *next, *before;
} free_link;

_Static_assert(sizeof(block_header) == 8, "blocks stay aligned to 8 bytes");
#define BLOCK_BYTES_MIN (sizeof(block_header) + sizeof(free_link))

static free_link lists[CLASSES];
static size_t used, peak;

static uint32_t class_of(uint32_t bytes) {
  if (bytes < SMALL_BYTES) return bytes / 8;
  uint32_t power = 31u - (uint32_t)__builtin_clz(bytes);
  uint32_t class = SMALL_BYTES / 8 + (power - 8);
  return class < CLASSES ? class : CLASSES - 1;
}
static uint32_t bytes_of(const block_header *block) { return block->bytes & ~IN_USE; }
static block_header *after(block_header *block) { return (block_header *)((uint8_t *)block + bytes_of(block)); }
static block_header *before(block_header *block) { return (block_header *)((uint8_t *)block - block->bytes_before); }
static block_header *header_of(const void *memory) { return (block_header *)memory - 1; }
static bool is_free(const block_header *block) { return (block->bytes & IN_USE) == 0; }

static void add(block_header *block) {
  free_link *list = &lists[class_of(block->bytes)], *link = (free_link *)(block + 1);
  link->next = list->next;
  link->before = list;
  list->next->before = link;
  list->next = link;
}
static void take(block_header *block) {
  free_link *link = (free_link *)(block + 1);
  link->next->before = link->before;
  link->before->next = link->next;
}

void heap_start(void *arena, size_t bytes) {
  for (int i = 0; i < CLASSES; i += 1) lists[i].next = lists[i].before = &lists[i];
  used = peak = 0;
  bytes &= ~(size_t)7;
  block_header *first = arena;
  first->bytes = (uint32_t)(bytes - sizeof(block_header));
  first->bytes_before = 0;
  block_header *end = after(first); /* never free, so that joining stops there */
  end->bytes = IN_USE;
  end->bytes_before = first->bytes;
  add(first);
}

static void cut(block_header *block, uint32_t bytes) {
  if (block->bytes - bytes < BLOCK_BYTES_MIN) return;
  block_header *rest = (block_header *)((uint8_t *)block + bytes);
  rest->bytes = block->bytes - bytes;
  rest->bytes_before = bytes;
  after(rest)->bytes_before = rest->bytes;
  block->bytes = bytes;
  add(rest);
}

void *heap_allocate(size_t wanted) {
  if (wanted > INT32_MAX) return NULL;
  uint32_t bytes = ((uint32_t)wanted + sizeof(block_header) + 7) & ~7u;
  if (bytes < BLOCK_BYTES_MIN) bytes = BLOCK_BYTES_MIN;
  for (uint32_t class = class_of(bytes); class < CLASSES; class += 1) {
    for (free_link *link = lists[class].next; link != &lists[class]; link = link->next) {
      block_header *block = header_of(link);
      if (block->bytes < bytes) continue;
      take(block);
      cut(block, bytes);
      used += block->bytes;
      if (used > peak) peak = used;
      block->bytes |= IN_USE;
      return block + 1;
    }
  }
  return NULL;
}

void heap_free(void *memory) {
  if (memory == NULL) return;
  block_header *block = header_of(memory);
  block->bytes &= ~IN_USE;
  used -= block->bytes;
  block_header *next = after(block);
  if (is_free(next)) {
    take(next);
    block->bytes += next->bytes;
  }
  if (block->bytes_before != 0 && is_free(before(block))) {
    block_header *joined = before(block);
    take(joined);
    joined->bytes += block->bytes;
    block = joined;
  }
  after(block)->bytes_before = block->bytes;
  add(block);
}

size_t heap_room(const void *memory) { return memory == NULL ? 0 : bytes_of(header_of(memory)) - sizeof(block_header); }
size_t heap_used(void) { return used; }
size_t heap_peak(void) { return peak; }
