#include "console.h"

#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEAP_KIB_DEFAULT 2048
#define STACK_KIB_DEFAULT 256
#define KIB_MAX (1024 * 1024)

void board_log(const char *line) { fprintf(stderr, "%s\n", line); }

void board_fatal(const char *reason) {
  fprintf(stderr, "fatal: %s\n", reason);
  fflush(stdout);
  _exit(HOST_RESET_EXIT_CODE); /* no clean-up: whatever is broken must not run again */
}

void board_feed_watchdog(void) {}

static size_t kibibytes(const char *variable, size_t otherwise) {
  const char *text = getenv(variable);
  unsigned long given = text == NULL ? otherwise : strtoul(text, NULL, 10);
  return (given < 1 || given > KIB_MAX ? otherwise : given) * 1024;
}

engine_settings host_settings(uint32_t interrupts_max) {
  engine_settings settings = {
    .heap_bytes = kibibytes("COMPTOIR_HEAP_KIB", HEAP_KIB_DEFAULT),
    .stack_bytes = kibibytes("COMPTOIR_STACK_KIB", STACK_KIB_DEFAULT),
    .interrupts_max = interrupts_max,
  };
  settings.heap = malloc(settings.heap_bytes);
  if (settings.heap == NULL) board_fatal("no memory for the heap");
  return settings;
}
