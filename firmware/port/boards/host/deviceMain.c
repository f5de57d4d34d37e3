/**
 * The reader or the dynamic card on this machine: the product's bytecode, engine and cryptography; its driver is the rest of the board (frames.h).
 */
#include "board.h"
#include "console.h"
#include "heap.h"
#include "portHost.h"

#include <stdio.h>
#include <stdlib.h>

#define INTERRUPTS_MAX 2000 /* × 10,000 turns a step */

static void end_step(uint32_t wait_ms) {
  const uint8_t wait[4] = {(uint8_t)(wait_ms >> 24), (uint8_t)(wait_ms >> 16), (uint8_t)(wait_ms >> 8), (uint8_t)wait_ms};
  frame_write('D', wait, sizeof wait);
}

int main(void) {
  static frame given;
  engine_settings settings = host_settings(INTERRUPTS_MAX);
  bool is_started = false;
  while (frame_read(&given)) {
    if (given.name != 'S') {
      board_host_set_up(&given);
      continue;
    }
    if (!is_started) {
      engine_start(&settings);
      is_started = true;
    }
    end_step(engine_step());
  }
  if (getenv("COMPTOIR_USAGE") != NULL) fprintf(stderr, "heap peak %zu\n", heap_peak());
  if (is_started) engine_stop();
  free(settings.heap);
  return 0;
}
