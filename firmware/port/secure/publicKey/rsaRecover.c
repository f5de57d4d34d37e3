/**
 * Schoolbook multiplication and division, from one inner loop. For e = 3 that is half the work of Montgomery's form, which first
 * has to bring the number into it. Time depends on public numbers, and on the recovered ones only where a digit of a
 * quotient has to be corrected.   Source: Knuth, The Art of Computer Programming, volume 2, §4.3.1, algorithms M and D.
 */
#include "rsaRecover.h"

#include "mbedtls/platform.h"
#include "mbedtls/platform_util.h"

#include <string.h>

/** A digit is half of what the processor multiplies to in one instruction; RP2040 gives 32 bits. Tests choose their own. */
#ifndef RSA_DIGIT_BITS
#if defined(__SIZEOF_INT128__)
#define RSA_DIGIT_BITS 64
#elif defined(__ARM_ARCH_6M__)
#define RSA_DIGIT_BITS 16
#else
#define RSA_DIGIT_BITS 32
#endif
#endif

#if RSA_DIGIT_BITS == 64
typedef uint64_t digit;
typedef unsigned __int128 digits;
#elif RSA_DIGIT_BITS == 32
typedef uint32_t digit;
typedef uint64_t digits;
#else
typedef uint16_t digit;
typedef uint32_t digits;
#endif

#define DIGIT_BYTES (RSA_DIGIT_BITS / 8)
#define COUNT_MAX (RSA_MODULUS_BYTES_MAX / DIGIT_BYTES)

/** Numbers have `count` digits, the lowest first; in `product` twice as many. */
typedef struct {
  size_t count;
  digit modulus[COUNT_MAX];    /* shifted left, so that its highest bit is set */
  digit complement[COUNT_MAX]; /* what is missing to the next power: adding it is subtracting the modulus */
  digit data[COUNT_MAX];
  digit value[COUNT_MAX];
  digit product[2 * COUNT_MAX];
} workspace;

/** to += from * factor. @returns the digit above. Nearly all of the time is spent here, so it's built for speed, and once. */
__attribute__((noinline, optimize("O2"))) static digit add_multiple(digit *to, const digit *from, size_t count, digit factor) {
  digits carry = 0;
#pragma GCC unroll 8
  for (size_t i = 0; i < count; i += 1) {
    carry += (digits)from[i] * factor + to[i];
    to[i] = (digit)carry;
    carry >>= RSA_DIGIT_BITS;
  }
  return (digit)carry;
}

static void read_number(digit *number, size_t count, const uint8_t *bytes, size_t length) {
  memset(number, 0, count * DIGIT_BYTES);
  for (size_t i = 0; i < length; i += 1)
    number[i / DIGIT_BYTES] |= (digit)((digit)bytes[length - 1 - i] << (8 * (i % DIGIT_BYTES)));
}

static void write_number(uint8_t *bytes, size_t length, const digit *number) {
  for (size_t i = 0; i < length; i += 1) bytes[length - 1 - i] = (uint8_t)(number[i / DIGIT_BYTES] >> (8 * (i % DIGIT_BYTES)));
}

static void shift_left(digit *number, size_t count) {
  for (size_t i = count; i-- > 0;) number[i] = (digit)(number[i] << 1 | (i == 0 ? 0 : number[i - 1] >> (RSA_DIGIT_BITS - 1)));
}

static void shift_right(digit *number, size_t count) {
  for (size_t i = 0; i < count; i += 1)
    number[i] = (digit)(number[i] >> 1 | (i + 1 == count ? 0 : (digits)number[i + 1] << (RSA_DIGIT_BITS - 1)));
}

static bool is_below(const digit *number, const digit *other, size_t count) {
  for (size_t i = count; i-- > 0;)
    if (number[i] != other[i]) return number[i] < other[i];
  return false;
}

static void negate(digit *number, size_t count) {
  digits carry = 1;
  for (size_t i = 0; i < count; i += 1) {
    carry += (digit)~number[i];
    number[i] = (digit)carry;
    carry >>= RSA_DIGIT_BITS;
  }
}

/** product = value * other */
static void multiply(workspace *w, const digit *other) {
  memset(w->product, 0, sizeof w->product);
  for (size_t i = 0; i < w->count; i += 1) w->product[i + w->count] = add_multiple(w->product + i, w->value, w->count, other[i]);
}

/** product = value * value: each product of two different digits once, all of it doubled, and the squares of the digits */
static void square(workspace *w) {
  memset(w->product, 0, sizeof w->product);
  for (size_t i = 0; i < w->count; i += 1)
    w->product[i + w->count] = add_multiple(w->product + 2 * i + 1, w->value + i + 1, w->count - i - 1, w->value[i]);
  digits carry = 0;
  for (size_t i = 0; i < w->count; i += 1) {
    const digits squared = (digits)w->value[i] * w->value[i];
    digit *low = w->product + 2 * i, *high = low + 1;
    carry += (digit)squared + ((digits)*low << 1);
    *low = (digit)carry;
    carry = (carry >> RSA_DIGIT_BITS) + (squared >> RSA_DIGIT_BITS) + ((digits)*high << 1);
    *high = (digit)carry;
    carry >>= RSA_DIGIT_BITS;
  }
}

/** The quotient's digit, or one more, from the upper two digits of the modulus and the upper three of the rest. */
static digit guess_quotient(const digit *rest, const workspace *w) {
  const digit first = w->modulus[w->count - 1], second = w->modulus[w->count - 2];
  const digits upper = (digits)rest[w->count] << RSA_DIGIT_BITS | rest[w->count - 1];
  digits quotient = upper / first, left = upper % first;
  while (quotient >> RSA_DIGIT_BITS != 0 || quotient * second > (left << RSA_DIGIT_BITS | rest[w->count - 2])) {
    quotient -= 1;
    left += first;
    if (left >> RSA_DIGIT_BITS != 0) break;
  }
  return (digit)quotient;
}

/** value = product mod modulus. The product is of two numbers below the modulus. */
static void reduce(workspace *w) {
  for (size_t i = w->count; i-- > 0;) {
    digit *rest = w->product + i;
    const digit quotient = guess_quotient(rest, w);
    rest[w->count] += add_multiple(rest, w->complement, w->count, quotient);
    rest[w->count] -= quotient;
    if (rest[w->count] != 0) add_multiple(rest, w->modulus, w->count, 1);
  }
  memcpy(w->value, w->product, w->count * DIGIT_BYTES);
}

static void raise(workspace *w, uint32_t exponent) {
  size_t shift = 0;
  for (; w->modulus[w->count - 1] >> (RSA_DIGIT_BITS - 1) == 0; shift += 1) shift_left(w->modulus, w->count);
  memcpy(w->complement, w->modulus, sizeof w->complement);
  negate(w->complement, w->count);
  memcpy(w->value, w->data, sizeof w->value);
  for (; exponent > 1; exponent >>= 1) {
    square(w);
    reduce(w);
  }
  multiply(w, w->data);
  reduce(w);
  for (; shift > 0; shift -= 1) {
    shift_right(w->modulus, w->count);
    if (is_below(w->value, w->modulus, w->count)) continue;
    memcpy(w->complement, w->modulus, sizeof w->complement);
    negate(w->complement, w->count);
    add_multiple(w->value, w->complement, w->count, 1);
  }
}

static bool is_usable(const uint8_t *modulus, size_t length, uint32_t exponent, const uint8_t *data) {
  return length >= RSA_MODULUS_BYTES_MIN && length <= RSA_MODULUS_BYTES_MAX && modulus[0] != 0 && (modulus[length - 1] & 1) == 1 &&
    (exponent == 3 || exponent == 65537) && memcmp(data, modulus, length) < 0;
}

bool rsa_recover(const uint8_t *modulus, size_t length, uint32_t exponent, const uint8_t *data, uint8_t *recovered) {
  if (!is_usable(modulus, length, exponent, data)) return false;
  workspace *w = mbedtls_calloc(1, sizeof *w);
  if (w == NULL) return false;
  w->count = (length + DIGIT_BYTES - 1) / DIGIT_BYTES;
  read_number(w->modulus, w->count, modulus, length);
  read_number(w->data, w->count, data, length);
  raise(w, exponent);
  write_number(recovered, length, w->value);
  mbedtls_platform_zeroize(w, sizeof *w);
  mbedtls_free(w);
  return true;
}
