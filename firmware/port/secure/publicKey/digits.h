/**
 * Numbers of sixteen digits of sixteen bits, the lowest first: RP2040 multiplies two digits to 32 bits in one instruction. No branch and no
 * address depends on what they hold.
 */
#ifndef COMPTOIR_DIGITS_H
#define COMPTOIR_DIGITS_H

#include <stdint.h>

#define DIGITS 16
#define PRODUCT_DIGITS (2 * DIGITS)

typedef uint16_t number[DIGITS];

void digits_multiply(uint16_t product[PRODUCT_DIGITS], const number a, const number b);
void digits_square(uint16_t product[PRODUCT_DIGITS], const number a);
/** @returns the carry: 0 or 1 */
int32_t digits_add(number to, const number a, const number b);
/** @returns the borrow: 0 or -1 */
int32_t digits_subtract(number to, const number a, const number b);

#endif
