/**
 * The watchdog, the guard of the flash, the way to reset, and how much of the stack was used.
 */
#pragma once
#include <stddef.h>

#include "board.h"

/**
 * From now on `board_feed_watchdog` has to be called at least this often. The end of an update, three signatures and the hash of
 * a body, takes 2.2 s of the emulated chip, which knows no waiting for flash. RP2040 counts to 8,388 ms.
 */
#define WATCHDOG_MS 8000

/** Starts the watchdog, and makes flash read only: a write there is a hard fault from now on. */
void watch_start(void);

/** Paints what the stack hasn't used yet. Call it first. */
void watch_paint_stack(void);

/** What the linker script leaves to the stack: 24 KiB at the end of RAM. */
size_t watch_stack_bytes(void);
/** The most of it that was ever used. */
size_t watch_stack_peak(void);
