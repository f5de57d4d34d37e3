/**
 * The Montgomery ladder. A number is one modulo 2^255 - 19, below 2^256, but not always the least one. No branch and no address depends on a
 * secret, and the projective coordinates are random, so the numbers are never the same twice.
 * 4.4 million instructions of RP2040, where mbedTLS takes 21: decision record 54.
 */
#include "x25519.h"

#include "digits.h"
#include "mbedtls/platform_util.h"
#include "random.h"

#include <string.h>

#define BYTES (2 * DIGITS)

typedef struct {
  number point, x2, z2, x3, z3, sum, difference, other_sum, other_difference;
  uint16_t product[PRODUCT_DIGITS];
} workspace;

/** What a carry out of the highest digit stands for: 2^256 is 38. @param carry -1 to 121664 @returns the carry that this makes, -1 to 1 */
static int32_t add_carry(number to, int32_t carry) {
  carry *= 38;
  for (size_t i = 0; i < DIGITS; i += 1) {
    carry += to[i];
    to[i] = (uint16_t)carry;
    carry >>= 16;
  }
  return carry;
}

/** @param carry -1 to 40, so that what a second one leaves is near 0 or 2^256, and a third can't be */
static void fold(number to, int32_t carry) {
  carry = add_carry(to, carry);
  to[0] = (uint16_t)(to[0] + 38 * carry);
}

static void add(number to, const number a, const number b) { fold(to, digits_add(to, a, b)); }

static void subtract(number to, const number a, const number b) { fold(to, digits_subtract(to, a, b)); }

static void reduce(number to, const uint16_t product[PRODUCT_DIGITS]) {
  uint32_t carry = 0;
  for (size_t i = 0; i < DIGITS; i += 1) {
    carry += product[i] + 38u * product[DIGITS + i];
    to[i] = (uint16_t)carry;
    carry >>= 16;
  }
  fold(to, (int32_t)carry);
}

static void multiply(number to, const number a, const number b, uint16_t product[PRODUCT_DIGITS]) {
  digits_multiply(product, a, b);
  reduce(to, product);
}

static void square(number to, const number a, uint16_t product[PRODUCT_DIGITS]) {
  digits_square(product, a);
  reduce(to, product);
}

/** to = a * 121665, which has 17 bits: 65536 + 56129 */
static void multiply_by_curve(number to, const number a) {
  uint32_t carry = 0, below = 0;
  for (size_t i = 0; i < DIGITS; i += 1) {
    carry += a[i] * 56129u + below;
    below = a[i];
    to[i] = (uint16_t)carry;
    carry >>= 16;
  }
  fold(to, add_carry(to, (int32_t)(carry + below)));
}

static void swap_if(uint32_t bit, number a, number b) {
  uint32_t mask = 0u - bit;
  __asm__("" : "+r"(mask)); /* the compiler knows that it's all ones or none, and would jump over the swap */
  for (size_t i = 0; i < DIGITS; i += 1) {
    const uint16_t changed = (uint16_t)((a[i] ^ b[i]) & mask);
    a[i] ^= changed;
    b[i] ^= changed;
  }
}

/** One bit of the scalar: (x2, z2) is doubled, (x3, z3) becomes the sum of both. RFC 7748 §5, with its letters. */
static void step(workspace *w) {
  add(w->sum, w->x2, w->z2);                                        /* A */
  subtract(w->difference, w->x2, w->z2);                            /* B */
  add(w->other_sum, w->x3, w->z3);                                  /* C */
  subtract(w->other_difference, w->x3, w->z3);                      /* D */
  multiply(w->other_difference, w->other_difference, w->sum, w->product); /* DA */
  multiply(w->other_sum, w->other_sum, w->difference, w->product);  /* CB */
  add(w->x3, w->other_difference, w->other_sum);
  square(w->x3, w->x3, w->product);
  subtract(w->z3, w->other_difference, w->other_sum);
  square(w->z3, w->z3, w->product);
  multiply(w->z3, w->z3, w->point, w->product);
  square(w->sum, w->sum, w->product);                               /* AA */
  square(w->difference, w->difference, w->product);                 /* BB */
  multiply(w->x2, w->sum, w->difference, w->product);
  subtract(w->difference, w->sum, w->difference);                   /* E */
  multiply_by_curve(w->z2, w->difference);
  add(w->z2, w->z2, w->sum);
  multiply(w->z2, w->z2, w->difference, w->product);
}

/** to = from to the power of 2^count, times by */
static void square_often(workspace *w, number to, const number from, size_t count, const number by) {
  square(to, from, w->product);
  for (size_t done = 1; done < count; done += 1) square(to, to, w->product);
  multiply(to, to, by, w->product);
}

/** x2 = x2 / z2: z2 to the power of p - 2 = 2^255 - 21. The names tell exponents; all_N is 2^N - 1. */
static void divide(workspace *w) {
  uint16_t *nine = w->x3, *eleven = w->z3, *all_10 = w->difference, *all_50 = w->other_sum, *power = w->sum;
  square(power, w->z2, w->product);
  square_often(w, nine, power, 2, w->z2);
  multiply(eleven, nine, power, w->product);
  square_often(w, power, eleven, 1, nine); /* all_5 */
  square_often(w, all_10, power, 5, power);
  square_often(w, power, all_10, 10, all_10); /* all_20 */
  square_often(w, all_50, power, 20, power);
  square_often(w, all_50, all_50, 10, all_10);
  square_often(w, power, all_50, 50, all_50);
  square_often(w, w->point, power, 100, power); /* all_200 */
  square_often(w, power, w->point, 50, all_50);
  square_often(w, power, power, 5, eleven);
  multiply(w->x2, w->x2, power, w->product);
}

static void read_number(number to, const uint8_t bytes[BYTES]) {
  for (size_t i = 0; i < DIGITS; i += 1) to[i] = (uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
}

/** The least one of its class. @returns false for 0 */
static bool write_number(uint8_t bytes[BYTES], number from) {
  /* The highest bit is 19; then p is taken off when 19 more make that bit. */
  for (int round = 0; round < 2; round += 1) {
    uint32_t carry = 19u * (from[DIGITS - 1] >> 15);
    from[DIGITS - 1] &= 0x7fff;
    for (size_t i = 0; i < DIGITS; i += 1) {
      carry += from[i];
      from[i] = (uint16_t)carry;
      carry >>= 16;
    }
  }
  uint32_t carry = 19;
  for (size_t i = 0; i < DIGITS; i += 1) carry = (carry + from[i]) >> (i == DIGITS - 1 ? 15 : 16);
  carry *= 19;
  uint16_t any = 0;
  for (size_t i = 0; i < DIGITS; i += 1) {
    carry += from[i];
    const uint16_t digit = (uint16_t)(i == DIGITS - 1 ? carry & 0x7fff : carry);
    carry >>= 16;
    any |= digit;
    bytes[2 * i] = (uint8_t)digit;
    bytes[2 * i + 1] = (uint8_t)(digit >> 8);
  }
  return any != 0;
}

bool x25519_agree(const uint8_t secret[32], const uint8_t public_key[32], uint8_t shared[32]) {
  workspace w = {0};
  uint8_t scalar[BYTES];
  bool is_done = random_fill(scalar, sizeof scalar);
  read_number(w.z3, scalar);
  read_number(w.point, public_key);
  w.point[DIGITS - 1] &= 0x7fff;
  multiply(w.x3, w.point, w.z3, w.product);
  w.x2[0] = 1;
  memcpy(scalar, secret, sizeof scalar);
  scalar[0] &= 0xf8;
  scalar[31] = (scalar[31] & 0x7f) | 0x40;
  uint32_t swapped = 0;
  for (int at = 254; at >= 0; at -= 1) {
    const uint32_t bit = scalar[at >> 3] >> (at & 7) & 1;
    swap_if(swapped ^ bit, w.x2, w.x3);
    swap_if(swapped ^ bit, w.z2, w.z3);
    swapped = bit;
    step(&w);
  }
  swap_if(swapped, w.x2, w.x3);
  swap_if(swapped, w.z2, w.z3);
  divide(&w);
  is_done = write_number(shared, w.x2) && is_done;
  mbedtls_platform_zeroize(scalar, sizeof scalar);
  mbedtls_platform_zeroize(&w, sizeof w);
  return is_done;
}

bool x25519_public_key(const uint8_t secret[32], uint8_t public_key[32]) {
  static const uint8_t base[BYTES] = {9};
  return x25519_agree(secret, base, public_key);
}
