/**
 * X25519: the agreement of keys over Curve25519.
 * Source: RFC 7748 §5 and §6.1.
 */
#ifndef COMPTOIR_X25519_H
#define COMPTOIR_X25519_H

#include <stdbool.h>
#include <stdint.h>

/** @param secret any 32 bytes. False: no random bytes to blind the multiplication with. */
bool x25519_public_key(const uint8_t secret[32], uint8_t public_key[32]);
/** False when `public_key` is one of those that give a shared secret of zeros; `shared` holds no secret then. */
bool x25519_agree(const uint8_t secret[32], const uint8_t public_key[32], uint8_t shared[32]);

#endif
