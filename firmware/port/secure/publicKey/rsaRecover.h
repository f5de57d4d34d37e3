/**
 * RSA with public keys: what an issuer or a card signed.
 */
#ifndef COMPTOIR_RSA_RECOVER_H
#define COMPTOIR_RSA_RECOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSA_MODULUS_BYTES_MIN 64
#define RSA_MODULUS_BYTES_MAX 248 /* EMV 4.4 Book 2 Annex B2.1 */

/**
 * data ^ exponent mod modulus. All may be hostile.
 * @param modulus   `length` bytes, big endian, odd, its first byte not 0
 * @param exponent  3 or 65537
 * @param data      `length` bytes, below the modulus
 * @param recovered `length` bytes
 * @returns false when one of these isn't so; nothing was written
 */
bool rsa_recover(const uint8_t *modulus, size_t length, uint32_t exponent, const uint8_t *data, uint8_t *recovered);

#endif
