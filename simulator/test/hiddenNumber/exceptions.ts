/**
 * What no search can find: all that may get out, and no more than this much of what is tried. Each kind is named in
 * docs/explanation/where-the-card-number-goes.md.
 * Floor: simulator tests.
 */
import { secretCodings } from './codings.js';
import type { Hiding } from './hiding.js';

/** Of all ways that the arbitrary draws. */
export const OUT_SHARE_MAX = 0.05;

export const EXCEPTIONS: Readonly<Record<string, (hiding: Hiding) => boolean>> = {
  'a coding that only the attacker knows: XOR, letters for digits, complements, another base': ({ coding }) =>
    secretCodings.includes(coding),
  'digits in turn in two fields: a split that only the attacker knows': ({ split }) => split === 'in turn',
  'the identifier at the antenna: cards that are listed are never read, so the reader knows no digits to look for': ({
    sale,
  }) => sale === 'cards',
};

export function isNamed(hiding: Hiding): boolean {
  return Object.values(EXCEPTIONS).some((covers) => covers(hiding));
}
