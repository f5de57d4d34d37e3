/**
 * What a host can read of the digits that the mask hides, all of them or all but one, in what it got: by every rule that somebody
 * might try, and told how the card hid them.
 * Floor: simulator tests; shares no code with the firmware.
 */
import type { Coding } from './codings.js';
import { digitViews } from './digitViews.js';
import type { Field, Heard } from './heard.js';
import { digitsOf, type Hiding, hiddenWindow, plantedOf } from './hiding.js';

/** Where digits were found, and which: some of them by chance, see `getsOut`. */
export type Found = ReadonlySet<string>;

export function findDigits({ messages, frames }: Pick<Heard, 'messages' | 'frames'>, hiding: Hiding): Found {
  const search = searchOf(hiding);
  const found = new Set<string>();
  const look = (where: string, bytes: Uint8Array): void => {
    for (const digits of foundIn(bytes, search, hiding.coding)) found.add(`${where}: ${digits}`);
  };
  for (const frame of frames) look('frame', frame);
  for (const fields of messages) {
    for (const { tag, value } of fields) look(tag.toString(16), value);
    look('joined', Buffer.concat(fields.map(({ value }) => value)));
  }
  if (isPlantedThere(messages.flat(), hiding)) found.add('as it was planted');
  return found;
}

interface Search {
  /** Fits views of digits, wherever they begin. */
  readonly pattern: RegExp;
  /** Hexadecimal. */
  readonly integers: readonly string[];
  /** Upper-case text. */
  readonly otherBases: readonly string[];
}

/** Forwards and backwards: the window with any digit of it unknown, and with any digit of it left out. */
function searchOf(hiding: Hiding): Search {
  const window = hiddenWindow(hiding.number);
  const ways = [...window].flatMap((_, at) => {
    const [before, after] = [window.slice(0, at), window.slice(at + 1)];
    return [`${before}.${after}`, before + after];
  });
  const backwards = ways.map((way) => [...way].reverse().join(''));
  const whole = [window, hiding.number, digitsOf(hiding)].map(BigInt);
  return {
    pattern: new RegExp(`(?=(${[...ways, ...backwards].join('|')}))`, 'g'),
    integers: whole
      .map((integer) => integer.toString(16))
      .map((hex) => hex.padStart(hex.length + (hex.length % 2), '0')),
    otherBases: whole.map((integer) => integer.toString(36).toUpperCase()),
  };
}

function foundIn(bytes: Uint8Array, { pattern, integers, otherBases }: Search, coding: Coding): readonly string[] {
  const digits = digitViews(bytes, coding).flatMap((view) =>
    [...view.matchAll(pattern)].map(([, match = '']) => match),
  );
  const [forwards, backwards] = [bytes, bytes.toReversed()].map((some) => Buffer.from(some)) as [Buffer, Buffer];
  const bytesOf = integers.filter((hex) => forwards.includes(hex, 0, 'hex') || backwards.includes(hex, 0, 'hex'));
  const text = coding === 'base 36' ? forwards.toString('latin1').toUpperCase() : '';
  return [...digits, ...bytesOf, ...otherBases.filter((other) => text.includes(other))];
}

/** The preferred name is shown as the label; the name of the application has two tags. */
const SHOWN_AS: Readonly<Record<number, readonly number[]>> = { 40722: [0x50], 132: [0x84, 0x4f] };
/** Fewer bytes than that are anywhere by chance, and count where the card put them. */
const BYTES_ANYWHERE_MIN = 5;

/** Whatever the coding: everything that was planted has left as it was, so whoever knows how can read it. */
function isPlantedThere(fields: readonly Field[], hiding: Hiding): boolean {
  const planted = plantedOf({ ...hiding, fit: 'bare' });
  const isThere = ({ place, value }: (typeof planted)[number]): boolean =>
    fields.some((field) => {
      const isHere = value.length >= BYTES_ANYWHERE_MIN || (SHOWN_AS[place.tag] ?? [place.tag]).includes(field.tag);
      return isHere && Buffer.from(field.value).includes(Buffer.from(value));
    });
  return planted.length > 0 && planted.every(isThere);
}
