/**
 * The test image on this machine. A request is a line `<kind> <input as JSON>`, an answer is a line of JSON; before the first
 * request it prints that it is ready. With COMPTOIR_USAGE in the environment it tells at its end what it used.
 */
#include "board.h"
#include "console.h"
#include "heap.h"
#include "secure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INTERRUPTS_MAX 5000 /* × 10,000 turns a record */

const char *board_identity_model(void) { return "Comptoir host twin"; }
const char *board_identity_serial(void) { return "VECTORS"; }
/** No record of a vector depends on it. */
bool board_seed(uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i += 1) bytes[i] = (uint8_t)i;
  return true;
}

static void tell(const char *line) {
  puts(line);
  fflush(stdout);
}

static size_t peak;

static void stop(void) {
  if (heap_peak() > peak) peak = heap_peak();
  engine_stop();
}

int main(void) {
  if (!secure_start()) board_fatal("the self-test of the cryptography failed");
  engine_settings settings = host_settings(INTERRUPTS_MAX);
  engine_start(&settings);
  tell("comptoir-vectors ready");
  char *line = NULL;
  size_t room = 0;
  for (ssize_t length; (length = getline(&line, &room, stdin)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    char *input = strchr(line, ' ');
    if (input != NULL) *input++ = 0;
    if (engine_run_vector(line, input == NULL ? "{}" : input, tell)) continue;
    stop();
    engine_start(&settings);
  }
  stop();
  free(line);
  free(settings.heap);
  if (getenv("COMPTOIR_USAGE") != NULL) fprintf(stderr, "heap peak %zu\n", peak);
  return 0;
}
