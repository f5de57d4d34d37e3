/**
 * The image for test vectors, never published: the same script modules, engine and port, driven by lines on the console.
 *
 *   this image   comptoir-vectors ready
 *   tester       KIND JSON            one record: its kind, a space, its input
 *   this image   JSON                 {"actual": …}, {"unsupported": true} or {"error": "…"}
 *
 * The kind `board.memory` is answered here: peaks of heap, stack and the cryptography's memory since the start, in bytes.
 */
#include <stdio.h>
#include <string.h>

#include "boardPico.h"
#include "engine.h"
#include "heap.h"
#include "pico/time.h"
#include "secure.h"
#include "secureMemory.h"
#include "serialLine.h"
#include "watch.h"

#define HEAP_BYTES (COMPTOIR_HEAP_KIB * 1024)
#define STACK_FOR_BOARD_BYTES (3 * 1024)
#define INTERRUPTS_MAX 2000
/** The watchdog has to be fed while nothing happens. */
#define SLEEP_US_MAX (1000 * 1000)
#define LINE_BYTES_MAX 6144 /* the longest record of test-vectors takes 3.5 KB */

static uint8_t heap[HEAP_BYTES] __attribute__((aligned(8), section(".uninitialized_data.heap")));
static char line[LINE_BYTES_MAX + 1];

/** Waits for a whole line, without its end. False: it was too long, and all of it is gone. */
static bool read_line(void) {
  size_t length = 0;
  for (;;) {
    uint8_t byte;
    board_feed_watchdog();
    if (serial_read(&console_line, &byte, 1) == 0) {
      board_sleep(time_us_64() + SLEEP_US_MAX);
      continue;
    }
    if (byte == '\r') continue;
    if (byte == '\n') break;
    if (length < LINE_BYTES_MAX) line[length] = (char)byte;
    length += 1;
  }
  line[length < LINE_BYTES_MAX ? length : LINE_BYTES_MAX] = '\0';
  return length <= LINE_BYTES_MAX;
}

static void tell(const char *answer) {
  serial_write_all(&console_line, (const uint8_t *)answer, strlen(answer));
  serial_write_all(&console_line, (const uint8_t *)"\n", 1);
}

static void start_engine(void) {
  const engine_settings settings = {
      .heap = heap,
      .heap_bytes = HEAP_BYTES,
      .stack_bytes = watch_stack_bytes() - STACK_FOR_BOARD_BYTES,
      .interrupts_max = INTERRUPTS_MAX,
  };
  engine_start(&settings);
}

static void tell_memory(void) {
  char answer[120];
  snprintf(answer, sizeof answer, "{\"actual\":{\"heapPeak\":%u,\"stackPeak\":%u,\"securePeak\":%u,\"secureSize\":%u}}",
           (unsigned)heap_peak(), (unsigned)watch_stack_peak(), (unsigned)secure_memory_peak(), (unsigned)secure_memory_size());
  tell(answer);
}

_Noreturn static void run(void) {
  watch_start();
  if (!secure_start()) board_fatal("the secure part failed its self-test");
  start_engine();
  tell("comptoir-vectors ready");
  for (;;) {
    if (!read_line()) {
      tell("{\"error\":\"the line is too long\"}");
      continue;
    }
    char *input = strchr(line, ' ');
    if (input == NULL) {
      tell("{\"error\":\"a kind, a space, and JSON\"}");
      continue;
    }
    *input = '\0';
    if (strcmp(line, "board.memory") == 0) {
      tell_memory();
    } else if (!engine_run_vector(line, input + 1, tell)) {
      engine_stop();
      start_engine();
    }
  }
}

int main(void) {
  watch_paint_stack();
  board_start_console();
  run();
}
