/** CRC-32 of IEEE 802.3 (reflected, 04C11DB7), with a table of 16 words. Start with 0; go on with what the last call gave. */
#ifndef COMPTOIR_CRC32_H
#define COMPTOIR_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32(uint32_t before, const uint8_t *bytes, size_t length);

#endif
