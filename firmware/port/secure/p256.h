/** ECDSA on P-256. Needs the buffer of mbedtls_memory_buffer_alloc: P256_MEMORY_BYTES of it. */
#ifndef COMPTOIR_P256_H
#define COMPTOIR_P256_H

#include <stdbool.h>
#include <stdint.h>

/** @param key X then Y @param signature r then s; all big endian @returns false for a key that is none, too */
bool p256_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]);

#endif
