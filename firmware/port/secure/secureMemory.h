/**
 * The memory of the cryptography: all that mbedTLS and the RSA recovery allocate, and nothing of the script's.
 */
#ifndef COMPTOIR_SECURE_MEMORY_H
#define COMPTOIR_SECURE_MEMORY_H

#include <stddef.h>

/** Must have been called once before any function of mbedTLS that allocates. */
void secure_memory_start(void);
/** Bytes from its start to the highest that was ever used. Tests hold it against the size. */
size_t secure_memory_peak(void);
size_t secure_memory_size(void);

#endif
