/**
 * RSA with a private key in CRT form, for what a dynamic card signs.
 */
#ifndef COMPTOIR_RSA_SIGN_H
#define COMPTOIR_RSA_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSA_SIGN_MODULUS_BYTES_MIN 64
#define RSA_SIGN_MODULUS_BYTES_MAX 144 /* of an ICC key: EMV 4.4 Book 2 §6.4 leaves it less than 248 */
#define RSA_CRT_NUMBERS 5
#define RSA_CRT_BYTES_MAX (RSA_CRT_NUMBERS * RSA_SIGN_MODULUS_BYTES_MAX / 2)

/** Whether there can be a key of so many bytes: five numbers, each half as long as the modulus. */
bool rsa_is_crt_length(size_t length);

/**
 * block ^ d mod p q. The signature is checked with the public exponents that EMV has, 3 and 65537, before it is given out.
 * @param crt       p | q | d mod p-1 | d mod q-1 | q^-1 mod p, `half` bytes each, big endian
 * @param block     2 half bytes, below the modulus
 * @param signature 2 half bytes
 * @returns false when the check fails, be it that the numbers are no key or that the processor erred; nothing was written
 */
bool rsa_sign(const uint8_t *crt, size_t half, const uint8_t *block, uint8_t *signature);

#endif
