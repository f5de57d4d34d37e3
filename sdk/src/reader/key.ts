/**
 * Idempotency keys. The caller makes a key before it takes money, writes it down, and uses it again until it knows how
 * the payment ended: the same key is charged once.
 * Source: docs/reference/protocol.md, field `key`.   Floor: sdk reader.
 */
import { usageError } from './errors.js';

declare const isKey: unique symbol;
export type Key = string & { readonly [isKey]: true };

/** 1..64 printable ASCII characters. */
const KEY_FORM = /^[\x20-\x7e]{1,64}$/;

/**
 * The key of one attempt to pay one order: different orders and attempts give different keys.
 * @param attempt counts from 1. Go to the next only when the one before is known not to have charged anything.
 * @throws ReaderError `usage/invalid` when there is no order, or the key would be longer than 64 characters or not
 * printable ASCII
 */
export function newKey(orderId: string, attempt = 1): Key {
  // A missing order id must not become the key `undefined-1`, which all such orders would share.
  if (typeof orderId !== 'string' || orderId === '') throw usageError('A key needs an order.');
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw usageError('Attempts count from 1.');
  return keyFrom(`${orderId}-${attempt}`);
}

/** A key that was written down. @throws ReaderError `usage/invalid` when it isn't 1..64 printable ASCII characters */
export function keyFrom(text: string): Key {
  if (typeof text !== 'string' || !KEY_FORM.test(text))
    throw usageError('A key is 1 to 64 printable ASCII characters.');
  return text as Key;
}
