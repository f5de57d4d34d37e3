/**
 * Whether a card gets its hidden digits out of the reader. Five digits stand in some thousand bytes by chance: once in ten sales,
 * since letters are packed digits, too. So what is found counts only when it's found again, and not with a card that hides other digits.
 * Floor: simulator tests.
 */
import type { Hiding } from './hiding.js';
import { findDigits } from './judge.js';
import type { Counter } from './play.js';

export async function getsOut(counter: Counter, hiding: Hiding): Promise<boolean> {
  const found = findDigits(await counter.play(hiding), hiding);
  if (found.size === 0) return false;
  const without = findDigits(await counter.play(hiding, hidingOtherDigits(hiding)), hiding);
  const caused = [...found].filter((digits) => !without.has(digits));
  if (caused.length === 0) return false;
  const again = findDigits(await counter.play(hiding), hiding);
  return caused.some((digits) => again.has(digits));
}

/** Hides a number with no digit of which is where it was. */
function hidingOtherDigits(hiding: Hiding): Hiding {
  return { ...hiding, number: hiding.number.replace(/./g, (digit) => String((Number(digit) + 3) % 10)) };
}
