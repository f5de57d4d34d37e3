/**
 * What a person calls a card.
 * Floor: cli.
 */

/** Label and masked number, as far as they are known: `CB 497010******0204`. */
export function cardName({ label, masked }: { readonly label?: string; readonly masked?: string }): string {
  return [label, masked].filter((text) => text !== undefined && text !== '').join(' ');
}
