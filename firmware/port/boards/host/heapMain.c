/**
 * The engine's heap by itself: a long random mix of allocations, each filled with its own byte and looked at before it is
 * freed; at its end the arena is one block again.
 */
#include "heap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (64 * 1024)
#define BLOCKS 256
#define TURNS 400000

static uint8_t arena[ARENA_BYTES] __attribute__((aligned(8)));
static struct {
  uint8_t *memory;
  size_t length;
} blocks[BLOCKS];

static uint32_t state = 1;
static uint32_t next_number(void) {
  state ^= state << 13, state ^= state >> 17, state ^= state << 5;
  return state;
}

static void expect(int is_true, const char *what) {
  if (is_true) return;
  printf("heap: %s\n", what);
  exit(1);
}

static void free_block(size_t at) {
  for (size_t i = 0; i < blocks[at].length; i += 1) expect(blocks[at].memory[i] == (uint8_t)at, "a block was written over");
  heap_free(blocks[at].memory);
  blocks[at].memory = NULL;
}

int main(void) {
  heap_start(arena, ARENA_BYTES);
  size_t refused = 0;
  for (size_t turn = 0; turn < TURNS; turn += 1) {
    size_t at = next_number() % BLOCKS;
    if (blocks[at].memory != NULL) free_block(at);
    blocks[at].length = next_number() % (next_number() % 8 == 0 ? 4000 : 200);
    blocks[at].memory = heap_allocate(blocks[at].length);
    if (blocks[at].memory == NULL) {
      refused += 1;
      blocks[at].length = 0;
      continue;
    }
    expect((uintptr_t)blocks[at].memory % 8 == 0, "a block isn't aligned");
    expect(blocks[at].memory >= arena && blocks[at].memory + blocks[at].length <= arena + ARENA_BYTES, "a block is outside");
    expect(heap_room(blocks[at].memory) >= blocks[at].length, "a block is too small");
    memset(blocks[at].memory, (int)at, blocks[at].length);
  }
  for (size_t at = 0; at < BLOCKS; at += 1)
    if (blocks[at].memory != NULL) free_block(at);
  expect(refused > 0 && refused < TURNS / 2, "the arena was never full, or always");
  expect(heap_used() == 0, "something is still in use");
  expect(heap_allocate(ARENA_BYTES - 16) != NULL, "the arena isn't one block again");
  expect(heap_allocate(1) == NULL, "there is more than the arena");
  expect(heap_peak() <= ARENA_BYTES, "the peak is above the arena");
  puts("heap ok");
  return 0;
}
