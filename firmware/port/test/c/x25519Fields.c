/**
 * The arithmetic below X25519. A line of the input is an operation and two numbers, 32 bytes each in hexadecimal, the lowest byte first; the answer is one
 * number. The ladder is compiled in, as it is or with something taken away: LADDER is its path.
 */
#include LADDER

#include <stdio.h>

bool random_fill(uint8_t *bytes, size_t length) {
  memset(bytes, 0, length);
  return true;
}

void mbedtls_platform_zeroize(void *bytes, size_t length) { memset(bytes, 0, length); }

static void read_hex(const char *hex, number to) {
  uint8_t bytes[BYTES];
  for (size_t i = 0; i < BYTES; i += 1) {
    unsigned byte = 0;
    sscanf(hex + 2 * i, "%2x", &byte);
    bytes[i] = (uint8_t)byte;
  }
  read_number(to, bytes);
}

int main(void) {
  char operation, left[2 * BYTES + 1], right[2 * BYTES + 1];
  while (scanf(" %c %64s %64s", &operation, left, right) == 3) {
    number a, b, result;
    uint16_t product[2 * DIGITS];
    uint8_t bytes[BYTES];
    read_hex(left, a);
    read_hex(right, b);
    memcpy(result, a, sizeof result);
    bool is_least = false;
    if (operation == '+') add(result, a, b);
    else if (operation == '-') subtract(result, a, b);
    else if (operation == '*') multiply(result, a, b, product);
    else if (operation == '2') square(result, a, product);
    else if (operation == 'c') multiply_by_curve(result, a);
    else if (operation == 'f') fold(result, (int32_t)b[0] - 1);
    else is_least = true;
    if (is_least) write_number(bytes, result);
    else
      for (size_t i = 0; i < BYTES; i += 1) bytes[i] = (uint8_t)(result[i / 2] >> 8 * (i % 2));
    for (size_t i = 0; i < BYTES; i += 1) printf("%02x", bytes[i]);
    printf("\n");
  }
  return 0;
}
