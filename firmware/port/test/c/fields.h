/** What the programs share that ask the arithmetic of a field. A number is 32 bytes in hexadecimal, the lowest byte first. */
#ifndef COMPTOIR_TEST_FIELDS_H
#define COMPTOIR_TEST_FIELDS_H

#include "digits.h"

#include <stdio.h>

#define HEX_MAX (4 * DIGITS)

static void read_hex(const char *hex, number to) {
  for (size_t i = 0; i < DIGITS; i += 1) {
    unsigned low = 0, high = 0;
    sscanf(hex + 4 * i, "%2x%2x", &low, &high);
    to[i] = (uint16_t)(low | high << 8);
  }
}

static void print_hex(const number from) {
  for (size_t i = 0; i < DIGITS; i += 1) printf("%02x%02x", from[i] & 0xff, from[i] >> 8);
  printf("\n");
}

#endif
