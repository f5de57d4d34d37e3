/**
 * Whether a card gets its hidden digits out of the reader. Five digits stand in some thousand bytes by chance: once in ten sales,
 * since letters are packed digits, too. So a finding counts when it comes each time, and neither comes of a card that hides other digits
 * nor of a card with another number, at which the door does the same.
 * Floor: simulator tests.
 */
import { type Hiding, hiddenWindow, LAST_SHOWN } from './hiding.js';
import { findDigits } from './judge.js';
import type { Counter } from './play.js';

export async function getsOut(counter: Counter, hiding: Hiding): Promise<boolean> {
  const find = async (planted?: Hiding, of = hiding): Promise<ReadonlySet<string>> =>
    findDigits(await counter.play(of, planted), hiding);
  let found = [...(await find())];
  for (const other of [() => find(hidingOtherDigits(hiding)), () => find(undefined, ofOtherNumber(hiding))]) {
    if (found.length === 0) return false;
    const without = await other();
    found = found.filter((digits) => !without.has(digits));
  }
  // Twice: clocks and counters pass by many digits.
  for (let time = 0; time < 2 && found.length > 0; time += 1) {
    const again = await find();
    found = found.filter((digits) => again.has(digits));
  }
  return found.length > 0;
}

/** Hides a number with no digit of which is where it was. */
function hidingOtherDigits(hiding: Hiding): Hiding {
  return { ...hiding, number: otherDigits(hiding.number) };
}

/** The card's own number has other digits where the mask hides them. */
function ofOtherNumber(hiding: Hiding): Hiding {
  const { number } = hiding;
  const [from, to] = [-LAST_SHOWN - hiddenWindow(number).length, -LAST_SHOWN];
  return { ...hiding, number: number.slice(0, from) + otherDigits(number.slice(from, to)) + number.slice(to) };
}

function otherDigits(digits: string): string {
  return digits.replace(/./g, (digit) => String((Number(digit) + 3) % 10));
}
