/**
 * Idempotency keys. The caller makes a key before it takes money, writes it down, and uses it again until it knows how
 * the payment ended: the same key is charged once.
 *
 *   order-17-1.7k2m9x4tqd0v~3h8c…      the id: label, attempt, 12 random characters; then `~` and the secret, 26 characters
 *
 * The id goes to the host, to receipts and to logs. The secret goes to the reader alone, over the link: by it the reader knows
 * whoever began the payment. Random characters are Crockford's base 32 in lower case, 5 bits each.
 * Source: docs/reference/protocol.md, field `key`; docs/reference/sdk.md, `newKey`.   Floor: sdk reader.
 */
import { usageError } from './errors.js';
import { type RandomBytes, systemRandom } from './random.js';

declare const isId: unique symbol;
declare const isKey: unique symbol;
/** What a host, a receipt and a log may know of a key. */
export type PaymentId = string & { readonly [isId]: true };
/** Whole, with its secret. A place that takes an id takes a key, too; the SDK gives hosts the id alone. */
export type Key = PaymentId & { readonly [isKey]: true };

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Printable ASCII without `~`, which stands before the secret only: what was written down in part is no key. */
const KEY_FORM = /^[ -}]{1,64}(~[0-9a-hjkmnp-tv-z]{26})?$/;
const SECRET = /~[0-9a-hjkmnp-tv-z]{26}$/;
const ID_CHARACTERS_MAX = 64;
/** 60 bits: nobody guesses an id, and nobody takes it first. */
const RANDOM_CHARACTERS = 12;
const SECRET_BYTES = 16;

/**
 * A new key of one attempt to pay one order: another one at each call, so write it down before it's used. See `storedKey`.
 * @param orderId a label: 49 characters at most, less for attempts above 9
 * @param attempt counts from 1. Go to the next only when the one before is known not to have charged anything.
 * @throws ReaderError `usage/invalid` when there is no order, or the id would be longer than 64 characters or not
 * printable ASCII without `~`
 */
export function newKey(orderId: string, attempt = 1, random: RandomBytes = systemRandom): Key {
  const label = labelOf(orderId, attempt);
  const id = `${label}.${[...random(RANDOM_CHARACTERS)].map((byte) => ALPHABET[byte % 32]).join('')}`;
  if (id.length > ID_CHARACTERS_MAX) throw usageError('The order is too long for a key: 49 characters at most.');
  return keyFrom(`${id}~${textOf(random(SECRET_BYTES))}`);
}

/** Different orders and attempts give different labels. @throws ReaderError `usage/invalid` */
export function labelOf(orderId: string, attempt: number): string {
  // A missing order id must not become the label `undefined-1`, which all such orders would share.
  if (typeof orderId !== 'string' || orderId === '') throw usageError('A key needs an order.');
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw usageError('Attempts count from 1.');
  return `${orderId}-${attempt}`;
}

/**
 * A key that was written down: whole, or a text of the caller's own, which is an id without a secret.
 * @throws ReaderError `usage/invalid` when the id isn't 1..64 printable ASCII characters without `~`, or the secret not whole
 */
export function keyFrom(text: string): Key {
  if (typeof text !== 'string' || !KEY_FORM.test(text))
    throw usageError('A key is 1 to 64 printable ASCII characters without ~, and maybe ~ with a secret of 26.');
  return text as Key;
}

/** The key without its secret. The id of an id is the same id. */
export function paymentIdOf(key: PaymentId): PaymentId {
  return key.replace(SECRET, '') as PaymentId;
}

/**
 * @returns 16 bytes. Of a key without a secret the text itself, folded: whoever learns the id knows them too, so such a key
 * protects nothing against them
 */
export function secretOf(key: Key): Uint8Array {
  const secret = new Uint8Array(SECRET_BYTES);
  const at = key.search(SECRET);
  if (at < 0) {
    for (let i = 0; i < key.length; i += 1)
      secret[i % SECRET_BYTES] = (secret[i % SECRET_BYTES] ?? 0) ^ key.charCodeAt(i);
    return secret;
  }
  let bits = 0;
  let count = 0;
  let next = 0;
  for (const character of key.slice(at + 1)) {
    bits = (bits << 5) | ALPHABET.indexOf(character);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    // The last two bits of the text fill it up.
    secret[next] = bits >> count;
    next += 1;
    bits &= (1 << count) - 1;
  }
  return secret;
}

/** Five bits a character, the first ones first; the last character is filled up with zeros. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 5; count -= 5) text += ALPHABET[(bits >> (count - 5)) & 31];
    bits &= (1 << count) - 1;
  }
  return count === 0 ? text : text + ALPHABET[(bits << (5 - count)) & 31];
}
