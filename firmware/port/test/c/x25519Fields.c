/**
 * The arithmetic below X25519. A line of the input is an operation and two numbers; the answer is one. The ladder is compiled in, as it is or with
 * something taken away: FIELD is its path.
 */
#include FIELD

#include "fields.h"

bool random_fill(uint8_t *bytes, size_t length) {
  memset(bytes, 0, length);
  return true;
}

void mbedtls_platform_zeroize(void *bytes, size_t length) { memset(bytes, 0, length); }

int main(void) {
  char operation, left[HEX_MAX + 1], right[HEX_MAX + 1];
  while (scanf(" %c %64s %64s", &operation, left, right) == 3) {
    number a, b, result;
    uint16_t product[PRODUCT_DIGITS];
    uint8_t bytes[BYTES];
    read_hex(left, a);
    read_hex(right, b);
    memcpy(result, a, sizeof result);
    if (operation == '+') add(result, a, b);
    else if (operation == '-') subtract(result, a, b);
    else if (operation == '*') multiply(result, a, b, product);
    else if (operation == '2') square(result, a, product);
    else if (operation == 'c') multiply_by_curve(result, a);
    else if (operation == 'f') fold(result, (int32_t)b[0] - 1);
    else {
      write_number(bytes, a);
      read_number(result, bytes);
    }
    print_hex(result);
  }
  return 0;
}
