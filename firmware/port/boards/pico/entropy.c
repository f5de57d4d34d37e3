#include "entropy.h"

#include "pico/time.h"

#if PICO_RP2350

#include "pico/rand.h"

void entropy_read(uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length; at += 1) bytes[at] = (uint8_t)get_rand_32();
}

#else

#include "hardware/structs/rosc.h"

/** Bits that are read one right after another hang together; this is many periods of the slowest ring. */
#define BIT_PERIOD_US 1

void entropy_read(uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length; at += 1) {
    uint8_t byte = 0;
    for (unsigned bit = 0; bit < 8; bit += 1) {
      busy_wait_us_32(BIT_PERIOD_US);
      byte = (uint8_t)(byte << 1 | (rosc_hw->randombit & 1));
    }
    bytes[at] = byte;
  }
}

#endif
