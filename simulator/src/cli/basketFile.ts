/**
 * A basket that a person wrote down as JSON: what is wrong with it is told with its place.
 * Floor: simulator cli.
 */
import { readFileSync } from 'node:fs';
import type { Basket } from '@comptoir/sdk';
import { basketFaultText, readBasket } from '@comptoir/sdk/checkout';
import { UsageError } from '../trials/usageError.js';

/** @throws UsageError one sentence: the file, and the line and field that are wrong */
export function basketFrom(file: string): Basket {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`The basket ${file} can not be read.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (fault) {
    throw new UsageError(`The basket ${file} is no JSON${placeOf(fault, text)}.`);
  }
  const read = readBasket(value);
  if (!read.ok) throw new UsageError(`The basket ${file} is wrong. ${basketFaultText(read.fault)}`);
  return read.basket;
}

/** In the words of the engine, and from which line on where it says a position. */
function placeOf(fault: unknown, text: string): string {
  const message = fault instanceof Error ? fault.message.replace(/\s+/g, ' ') : '';
  const position = /position (\d+)/.exec(message)?.[1];
  const line = position === undefined ? '' : ` from line ${text.slice(0, Number(position)).split('\n').length} on`;
  return `${line}: ${message}`;
}
