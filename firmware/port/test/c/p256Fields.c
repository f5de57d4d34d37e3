/**
 * The arithmetic below the check of P-256's signatures. A line of the input is an operation and two numbers; the answer is one. The check is
 * compiled in, as it is or with something taken away: FIELD is its path.
 */
#include FIELD

#include "fields.h"

int main(void) {
  char operation, left[HEX_MAX + 1], right[HEX_MAX + 1];
  while (scanf(" %c %64s %64s", &operation, left, right) == 3) {
    number a, b, result;
    read_hex(left, a);
    read_hex(right, b);
    memcpy(result, a, sizeof result);
    if (operation == '+') add(result, a, b);
    else if (operation == '-') subtract(result, a, b);
    else if (operation == '*') multiply(result, a, b);
    else if (operation == '2') square(result, a);
    else if (operation == 'f') fold(result, (int32_t)b[0] - 7);
    else is_zero(result);
    print_hex(result);
  }
  return 0;
}
