/**
 * Raw randomness of the board, to seed the random bit generator with. Not random enough to be used as it is: whoever takes it
 * tests its health and condenses it.
 * RP2040: bits of the ring oscillator, which its maker doesn't call secure. RP2350: the true random number generator.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

void entropy_read(uint8_t *bytes, size_t length);
