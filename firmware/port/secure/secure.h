/**
 * What a port does with the keys and the randomness before the engine starts. The script's side is in board.h.
 */
#ifndef COMPTOIR_SECURE_H
#define COMPTOIR_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECURE_KEY_BYTES_MAX 32
#define SECURE_NAME_BYTES_MAX 20

/** Self-tests, forgets all keys, seeds the generator from `board_seed`. False: a test failed, the reader must not start. */
bool secure_start(void);

/**
 * Adds a key that the reader comes with; "identity" is the scalar of X25519.
 * @param key 16 or 32 bytes @param identifier at most 255 bytes, which stay where they are @returns false when something doesn't fit
 */
bool secure_provision(const char *name, const uint8_t *key, size_t length, const uint8_t *identifier, size_t identifier_length);

#endif
