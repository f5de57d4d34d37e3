/**
 * The reader or the dynamic card: starts the script, then calls its step whenever something has come or its time is over, and sleeps between.
 */
#include <stdio.h>

#include "boardPico.h"
#include "engine.h"
#include "heap.h"
#include "pico/time.h"
#include "watch.h"

/** All that the chip has left beside USB, stack and the C library's own. */
#define HEAP_BYTES (COMPTOIR_HEAP_KIB * 1024)
/** Below the script, on the same stack, lie the board's functions and the interrupts. */
#define STACK_FOR_BOARD_BYTES (3 * 1024)
/** The engine asks after 10,000 turns of loops and calls: some seconds, far above what any step takes. */
#define INTERRUPTS_MAX 500
/** The watchdog has to be fed while nothing happens. */
#define SLEEP_US_MAX (1000 * 1000)
/** After so long a silence it's time to tidy up. */
#define SILENCE_US (1000 * 1000)
/** The console hears of the memory when a peak has passed another step of this size. */
#define PEAK_STEP_BYTES 4096

static uint8_t heap[HEAP_BYTES] __attribute__((aligned(8), section(".uninitialized_data.heap")));

static void tell_peaks(void) {
  static size_t told_heap, told_stack;
  const size_t heap_most = heap_peak(), stack_most = watch_stack_peak();
  if (heap_most < told_heap + PEAK_STEP_BYTES && stack_most < told_stack + PEAK_STEP_BYTES) return;
  told_heap = heap_most - heap_most % PEAK_STEP_BYTES;
  told_stack = stack_most - stack_most % PEAK_STEP_BYTES;
  char line[80];
  snprintf(line, sizeof line, "memory: heap %u of %u, stack %u of %u", (unsigned)heap_most, (unsigned)HEAP_BYTES,
           (unsigned)stack_most, (unsigned)watch_stack_bytes());
  board_log(line);
}

static uint64_t earlier(uint64_t a_us, uint64_t b_us) { return a_us < b_us ? a_us : b_us; }

_Noreturn static void run(void) {
  watch_start();
  board_start_device();
  const engine_settings settings = {
      .heap = heap,
      .heap_bytes = HEAP_BYTES,
      .stack_bytes = watch_stack_bytes() - STACK_FOR_BOARD_BYTES,
      .interrupts_max = INTERRUPTS_MAX,
  };
  engine_start(&settings);
  board_log(COMPTOIR_READY);
  tell_peaks();

  uint64_t due_us = 0, tidy_us = UINT64_MAX;
  for (;;) {
    board_feed_watchdog();
    uint64_t wake_us = earlier(board_work(), time_us_64() + SLEEP_US_MAX);
    if (board_take_news(&wake_us) || time_us_64() >= due_us) {
      const uint32_t wait_ms = engine_step();
      const uint64_t now_us = time_us_64();
      due_us = now_us + (uint64_t)wait_ms * 1000;
      tidy_us = due_us - now_us > SILENCE_US ? now_us + SILENCE_US : UINT64_MAX;
      tell_peaks();
    } else if (time_us_64() >= tidy_us) {
      board_tidy();
      tidy_us = UINT64_MAX;
    } else {
      board_sleep(earlier(wake_us, due_us));
    }
  }
}

int main(void) {
  watch_paint_stack();
  board_start_console();
  run();
}
