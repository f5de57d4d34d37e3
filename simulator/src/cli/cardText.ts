/**
 * Cards for people to read on a terminal.
 * Floor: simulator cli.
 */
import type { CardDescription } from '../world/cards/describeCards.js';
import type { ShownCard } from '../world/cards/file/showCard.js';

export function cardListText(cards: readonly CardDescription[]): string {
  const width = Math.max(...cards.map(({ name }) => name.length));
  return cards
    .map(({ name, interfaces, maskedNumber, description }) => {
      return `${name.padEnd(width)}  ${interfaces.join('+').padEnd(19)}  ${maskedNumber.padEnd(19)}  ${description}`;
    })
    .join('\n');
}

interface ShownCardOf extends ShownCard {
  /** Hexadecimal. */
  readonly identifier: string;
  readonly merchant: string;
}

export function shownCardText({ identifier, merchant, display, profiles, preferences, open }: ShownCardOf): string {
  return [
    `card ${identifier}, as a reader of ${merchant} sees it`,
    displayLine(display),
    ...(profiles.length === 0 ? ['no profiles'] : profiles.flatMap(({ id, says }) => section(id, says))),
    ...section('preferences', preferences),
    ...section(
      'taken by sales that have not ended',
      open.map(({ id, amount }) => `${id}: ${amount} minor units`),
    ),
  ].join('\n');
}

export function displayLine({ label, digits }: ShownCard['display']): string {
  return label === '' ? 'display: (nothing that pays)' : `display: ${`${label} ${digits}`.trim()}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
