/**
 * The check of ECDSA signatures over P-256.
 * Source: FIPS 186-5 §6.4.2.
 */
#ifndef COMPTOIR_CURVES_H
#define COMPTOIR_CURVES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * @param public_key X, Y  @param digest SHA-256  @param signature r, s. All may be hostile.
 * @returns true when the key is a point of the curve, 0 < r < n, 0 < s < n, and the signature is that of the digest.
 * Takes no memory but the stack, and makes no random bytes: the boot stage has neither.
 */
bool curves_verify(const uint8_t public_key[64], const uint8_t digest[32], const uint8_t signature[64]);

#endif
