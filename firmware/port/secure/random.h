/**
 * The generator of random bytes: CTR_DRBG with AES-256, seeded by the board.
 * Source: NIST SP 800-90A rev. 1 §10.2.1; health tests of the source: SP 800-90B §4.4.
 */
#ifndef COMPTOIR_RANDOM_H
#define COMPTOIR_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Tests itself against a known answer, then takes a seed. False: no entropy, or a test failed. */
bool random_start(void);
/** False: not started, or the source failed when the generator was to be seeded again. */
bool random_fill(uint8_t *bytes, size_t length);

/** Repetition count and adaptive proportion over raw bytes of the source. @returns true when both pass */
bool random_is_healthy(const uint8_t *raw, size_t length);

#endif
