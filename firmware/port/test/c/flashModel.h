/**
 * NOR flash for tests on this machine: what a program or a store does to it, and what is left when the power fails.
 * There is one flash at a time. Whoever cuts the power waits for the cut:
 *
 *   flash_model_cut(3, true);
 *   if (setjmp(flash_model_power_lost) == 0) write_something();   // else: the third operation was torn
 *
 * An operation is an erased sector or a programmed page. Programming a 1 where a 0 is, or outside of the flash, ends the
 * test: it says what was done, and aborts.
 */
#ifndef COMPTOIR_FLASH_MODEL_H
#define COMPTOIR_FLASH_MODEL_H

#include <setjmp.h>
#include <stdbool.h>

#include "flashPort.h"

#define FLASH_MODEL_BYTES_MAX (2 * 1024 * 1024)

extern const flash_port flash_model;
extern jmp_buf flash_model_power_lost;

/** FF everywhere. @param seed of what is left by torn operations */
void flash_model_start(size_t bytes, uint64_t seed);

/** The unit of programming, and so of a cut: FLASH_PAGE_BYTES after a start. */
void flash_model_page(size_t bytes);

/** The power fails at that operation from now, 1 the next: torn in the middle of it, else right after it. 0: it stays. */
void flash_model_cut(uint32_t operation, bool is_torn);

/** The aligned 4 bytes at that offset stay as they are, whatever is done. */
void flash_model_stick(uint32_t offset);

/** Nothing happens at that operation from now, 1 the next. */
void flash_model_ignore(uint32_t operation);

/** All of it, to look at, to keep and to set back. */
uint8_t *flash_model_bytes(void);
/** Since the start. */
uint32_t flash_model_operations(void);
uint32_t flash_model_erases(uint32_t offset);

/** The next of a row of numbers that depends on `state` alone (splitmix64). */
uint64_t seeded_number(uint64_t *state);

#endif
