/**
 * What a coupon takes off, and from which lines. Integers only.
 * Source: SEL-1 step 4.   Floor: selection.
 */
import type { CouponRule } from '@comptoir/protocol/wallet';

export function sumOf(linesLeft: readonly number[], lines: readonly number[]): number {
  let sum = 0;
  for (const line of lines) sum += linesLeft[line] ?? 0;
  return sum;
}

/** @param base minor units left of the eligible lines @returns minor units, at most the base; percent rounds half up */
export function discountOf(rule: CouponRule, base: number): number {
  const whole = rule.percent === undefined ? (rule.amountOff ?? 0) : Math.floor((base * rule.percent + 50) / 100);
  return Math.min(whole, rule.largestDiscount ?? whole, base);
}

/**
 * Spreads a discount over lines in proportion, rounded down; what rounding leaves goes to the line with most left, then the
 * first.
 * @param discount at most what is left of the lines
 */
export function spreadDiscount(linesLeft: number[], lines: readonly number[], discount: number): void {
  if (discount === 0) return;
  const base = sumOf(linesLeft, lines);
  let over = discount;
  for (const line of lines) {
    const left = linesLeft[line] ?? 0;
    const share = proportion(discount, left, base);
    linesLeft[line] = left - share;
    over -= share;
  }
  while (over > 0) {
    let fullest = lines[0] ?? 0;
    for (const line of lines) if ((linesLeft[line] ?? 0) > (linesLeft[fullest] ?? 0)) fullest = line;
    const left = linesLeft[fullest] ?? 0;
    // Rounding may leave more than a line of few minor units has: then the next one gives too.
    const part = Math.min(over, left);
    linesLeft[fullest] = left - part;
    over -= part;
  }
}

/** @returns a × b ÷ c, rounded down; a ≤ c and b ≤ c, safe integers below 2 ** 51 */
function proportion(a: number, b: number, c: number): number {
  if (a * b <= Number.MAX_SAFE_INTEGER) return Math.floor((a * b) / c);
  // Bit by bit from the top, quotient and remainder: nothing grows above 3 × c.
  let quotient = 0;
  let remainder = 0;
  for (let bit = 2 ** 50; bit >= 1; bit /= 2) {
    quotient *= 2;
    remainder *= 2;
    if (Math.floor(a / bit) % 2 === 1) remainder += b;
    quotient += Math.floor(remainder / c);
    remainder %= c;
  }
  return quotient;
}
