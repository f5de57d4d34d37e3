/** Column after column of the product; see digits.h. */
#include "digits.h"

/** The sum of one column of a product: up to 16 products of 32 bits, and what came from the column below. */
typedef struct {
  uint32_t low, high;
} column;

__attribute__((always_inline)) static inline void add_product(column *sum, const uint16_t *a, const uint16_t *b) {
#ifdef __ARM_ARCH_6M__
  uint32_t product, factor; /* the compiler would load all factors of a column before, and has no registers for them */
  __asm__(".syntax unified\n\tldrh %2, %4\n\tldrh %3, %5\n\tmuls %2, %3\n\tadds %0, %0, %2\n\tadcs %1, %6"
          : "+&l"(sum->low), "+&l"(sum->high), "=&l"(product), "=&l"(factor)
          : "m"(*a), "m"(*b), "l"(0)
          : "cc");
#else
  const uint64_t added = ((uint64_t)sum->high << 32 | sum->low) + (uint32_t)*a * *b;
  sum->low = (uint32_t)added;
  sum->high = (uint32_t)(added >> 32);
#endif
}

__attribute__((always_inline)) static inline uint16_t take_digit(column *sum) {
  const uint16_t digit = (uint16_t)sum->low;
  sum->low = sum->low >> 16 | sum->high << 16;
  sum->high >>= 16;
  return digit;
}

#define EACH_COLUMN(DO) \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15) DO(16) DO(17) DO(18) DO(19) DO(20) \
  DO(21) DO(22) DO(23) DO(24) DO(25) DO(26) DO(27) DO(28) DO(29) DO(30)
#define FIRST_OF(at) ((at) < DIGITS ? 0 : (at) - (DIGITS - 1))

/** Nearly all of the time of a curve is spent in these two: a loop would cost more than what is in it. */
__attribute__((optimize("O2"))) void digits_multiply(uint16_t product[PRODUCT_DIGITS], const number a, const number b) {
  column sum = {0, 0};
#define COLUMN(at) \
  _Pragma("GCC unroll 16") for (int i = FIRST_OF(at); i <= (at) - FIRST_OF(at); i += 1) add_product(&sum, a + i, b + (at) - i); \
  product[at] = take_digit(&sum);
  EACH_COLUMN(COLUMN)
#undef COLUMN
  product[PRODUCT_DIGITS - 1] = take_digit(&sum);
}

/** Each product of two different digits once, and doubled. */
__attribute__((optimize("O2"))) void digits_square(uint16_t product[PRODUCT_DIGITS], const number a) {
  column carried = {0, 0};
#define COLUMN(at) { \
    column sum = {0, 0}; \
    _Pragma("GCC unroll 16") for (int i = FIRST_OF(at); 2 * i < (at); i += 1) add_product(&sum, a + i, a + (at) - i); \
    sum.high = sum.high << 1 | sum.low >> 31; \
    sum.low <<= 1; \
    if ((at) % 2 == 0) add_product(&sum, a + (at) / 2, a + (at) / 2); \
    const uint32_t low = sum.low + carried.low; \
    carried = (column){low, sum.high + carried.high + (low < sum.low)}; \
    product[at] = take_digit(&carried); \
  }
  EACH_COLUMN(COLUMN)
#undef COLUMN
  product[PRODUCT_DIGITS - 1] = take_digit(&carried);
}

__attribute__((optimize("O2"))) int32_t digits_add(number to, const number a, const number b) {
  int32_t carry = 0;
#pragma GCC unroll 16
  for (int i = 0; i < DIGITS; i += 1) {
    carry += a[i] + b[i];
    to[i] = (uint16_t)carry;
    carry >>= 16;
  }
  return carry;
}

__attribute__((optimize("O2"))) int32_t digits_subtract(number to, const number a, const number b) {
  int32_t carry = 0;
#pragma GCC unroll 16
  for (int i = 0; i < DIGITS; i += 1) {
    carry += a[i] - b[i];
    to[i] = (uint16_t)carry;
    carry >>= 16;
  }
  return carry;
}
