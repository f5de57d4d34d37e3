/**
 * What the words of a command mean, and its exit codes.
 * Floor: simulator cli.
 */
import type { CardInterface } from '../machine/card.js';
import { isReaderTargetName, type ReaderTargetName, readerTargetNames } from '../machine/targets/targets.js';
import { UsageError } from '../trials/usageError.js';
import { cardNames } from '../world/cards/catalogue.js';
import { isCardFilePath } from '../world/cards/file/fileCard.js';
import { type PresentedCard, presentedCard } from '../world/cards/presentedCard.js';

export const EXIT = { well: 0, failed: 1, usage: 2, outOfTime: 42 } as const;

const interfaceNames: readonly CardInterface[] = ['contact', 'contactless'];

export function cardNameFrom(text: string): string {
  return cardNames.includes(text) ? text : unknownName('card', text, cardNames);
}

/** @param text a name of the catalogue, or the path of a card in a file @throws FileError */
export function cardFrom(text: string): PresentedCard {
  return presentedCard(isCardFilePath(text) ? text : cardNameFrom(text));
}

export function targetFrom(text: string): ReaderTargetName {
  return isReaderTargetName(text) ? text : unknownName('target', text, readerTargetNames);
}

export function interfaceFrom(text: string): CardInterface {
  return interfaceNames.find((name) => name === text) ?? unknownName('interface', text, interfaceNames);
}

/** @param max the greatest value allowed; the least is 0 */
export function wholeNumberFrom(what: string, text: string, max: number): number {
  const number = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= max)) throw new UsageError(`${what} is a whole number from 0 to ${max}, not "${text}".`);
  return number;
}

function unknownName(what: string, asked: string, known: readonly string[]): never {
  throw new UsageError(`There is no ${what} "${asked}". There are: ${known.join(', ')}.`);
}
