/**
 * Idempotency keys. The caller makes a key before it takes money, writes it down, and uses it again until it knows how
 * the payment ended: the same key is charged once.
 *
 *   order-17-1.7k2m9x4tqd0v~3h8c…      the id: label, attempt, 12 random characters; then `~` and the secret, 26 characters
 *
 * The id goes to the acquirer, to receipts and to logs. The secret goes to the reader alone, over the link: by it the reader knows
 * whoever began the payment. Random characters are Crockford's base 32 in lower case, 5 bits each.
 * Source: docs/reference/protocol.md, field `key`; docs/reference/sdk.md, `newKey`.   Floor: sdk values.
 */
import { usageError } from './errors.js';
import { type RandomBytes, systemRandom } from './random.js';

declare const isId: unique symbol;
declare const isKey: unique symbol;
/** What an acquirer, a receipt and a log may know of a key. */
export type PaymentId = string & { readonly [isId]: true };
/** Whole, with its secret. A place that takes an id takes a key, too; the SDK gives hosts the id alone. */
export type PaymentKey = PaymentId & { readonly [isKey]: true };

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** `~` and 26 characters. No id has a `~`, so that a key of which the end was lost is no key. */
const SECRET = /~[0-9a-hjkmnp-tv-z]{26}$/;
const ID_FORM = /^[ -}]{1,64}$/;
/** 60 bits: nobody guesses an id, and nobody takes it first. */
const ID_CHARACTERS = 12;
/** 130 bits: 128, and two zeros. */
const SECRET_CHARACTERS = 26;
const SECRET_BYTES = 16;

/**
 * A new key of one attempt to pay one order: another one at each call, so write it down before it's used. See `storedKey`.
 * @param orderId a label: 49 characters at most, less for attempts above 9
 * @param attempt counts from 1. Go to the next only when the one before is known not to have charged anything.
 * @throws ReaderError `usage/invalid` when there is no order, or the id would be longer than 64 characters or not
 * printable ASCII without `~`
 */
export function newKey(orderId: string, attempt = 1, random: RandomBytes = systemRandom): PaymentKey {
  const label = labelOf(orderId, attempt);
  const length = ID_CHARACTERS + SECRET_CHARACTERS;
  const drawn = Array.from(random(length), (byte, at) => ALPHABET[byte & (at + 1 < length ? 31 : 28)]).join('');
  return keyFrom(`${label}.${drawn.slice(0, ID_CHARACTERS)}~${drawn.slice(ID_CHARACTERS)}`);
}

/** Different orders and attempts give different labels. @throws ReaderError `usage/invalid` */
export function labelOf(orderId: string, attempt = 1): string {
  // A missing order id must not become the label `undefined-1`, which all such orders would share.
  if (typeof orderId !== 'string' || orderId === '') throw usageError('A key needs an order.');
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw usageError('Attempts count from 1.');
  return `${orderId}-${attempt}`;
}

/**
 * A key that was written down: whole, or a text of the caller's own, which is an id without a secret.
 * @throws ReaderError `usage/invalid` when the id isn't 1..64 printable ASCII characters without `~`, or the secret isn't whole
 */
export function keyFrom(text: string): PaymentKey {
  if (typeof text !== 'string' || !ID_FORM.test(text.replace(SECRET, '')))
    throw usageError('A key is 1 to 64 printable ASCII characters without ~; the order in it 49 at most.');
  return text as PaymentKey;
}

/** The key without its secret. The id of an id is the same id. */
export function paymentIdOf(key: PaymentId): PaymentId {
  return key.replace(SECRET, '') as PaymentId;
}

/**
 * @returns 16 bytes. Of a key without a secret they are folded from the text itself: whoever learns the id knows them too, so such a key
 * protects nothing against them
 */
export function secretOf(key: PaymentKey): Uint8Array {
  const view = new DataView(new ArrayBuffer(SECRET_BYTES + 1));
  const at = key.search(SECRET);
  // Five bits a character, the first ones first. A text of the caller's own goes round, one layer over the other.
  for (const [i, character] of [...key.slice(at + 1)].entries()) {
    const bits = at < 0 ? character.charCodeAt(0) : ALPHABET.indexOf(character);
    const byte = ((5 * i) >> 3) % SECRET_BYTES;
    view.setUint16(byte, view.getUint16(byte) ^ (bits << (11 - ((5 * i) & 7))));
  }
  return new Uint8Array(view.buffer, 0, SECRET_BYTES);
}
