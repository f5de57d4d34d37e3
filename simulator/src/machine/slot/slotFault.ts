/**
 * What can go wrong between a card and a slot, as data. Characters are counted from 1 over all that the card sends, or gets,
 * since it was put in.
 * Floor: simulator machine; imports nothing.
 */
export type SlotFault =
  /** The card sends a character with wrong parity, so many times before it's right. */
  | { readonly kind: 'wrongParity'; readonly at: number; readonly times: number }
  /** T=0: the card signals an error for a character that it gets, so many times. */
  | { readonly kind: 'refuses'; readonly at: number; readonly times: number }
  /** The card sends no character from this one on. */
  | { readonly kind: 'silent'; readonly at: number }
  /** Another character, its parity right: a wrong procedure byte, a wrong check sum. */
  | { readonly kind: 'changed'; readonly at: number; readonly mask: number }
  /** The card is pulled before it sends this character. */
  | { readonly kind: 'pulled'; readonly at: number }
  /** T=1: the card aborts instead of its first answer. */
  | { readonly kind: 'aborts' };

/** How many of the characters at this place go wrong in this way; 0: none. */
export function timesOf(faults: readonly SlotFault[], kind: 'wrongParity' | 'refuses', at: number): number {
  return faults.reduce((times, fault) => (fault.kind === kind && fault.at === at ? times + fault.times : times), 0);
}
