/**
 * The JavaScript engine as a port uses it: start it once, call its step when something has come, and that's all.
 * A fault of the script (an error that it doesn't catch, no memory, no end) ends in `board_fatal`.
 */
#ifndef COMPTOIR_ENGINE_H
#define COMPTOIR_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Nothing is to be done unless something comes: `engine_step`. */
#define ENGINE_WAITS_FOR_EVER 0x7fffffffu

typedef struct {
  void *heap;             /* aligned to 8 bytes */
  size_t heap_bytes;      /* 64 KiB at least: below, the engine itself finds no room */
  size_t stack_bytes;     /* of the C stack that the script may use */
  uint32_t interrupts_max; /* the engine asks about every 10,000 turns of loops and calls; more of them in one step is no end */
} engine_settings;

/** Runs the script until it has handed over its step or its runner. Fatal when it doesn't. */
void engine_start(const engine_settings *settings);
/** Frees everything. `engine_start` may follow. */
void engine_stop(void);

/** @returns in how many milliseconds to call again unless something comes before. The scripts of the reader and of the card have a step. */
uint32_t engine_step(void);

/**
 * Runs one record. Only the script for vectors has a runner.
 * @param tell called once with one line of JSON: what the script gave, or {"error": text} when it threw
 * @returns false when it threw: the script may be in any state, start the engine afresh
 */
bool engine_run_vector(const char *kind, const char *input, void (*tell)(const char *line));

#endif
