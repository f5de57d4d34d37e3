/**
 * What a till asks when it takes a basket, checked before anything is sent.
 * Source: docs/reference/sdk.md, `checkout`.   Floor: sdk checkout.
 */
import { concatBytes, fromHex, type Message } from '@comptoir/protocol';
import { usageError } from '../reader/errors.js';
import { type Key, keyFrom } from '../reader/key.js';
import { currencyOf, type Money } from '../reader/money.js';
import { hasMethods, isObject } from '../reader/shape.js';
import { type Basket, basketFaultText, readBasket } from './basket.js';
import { basketMessages } from './basketMessages.js';
import { type MerchantPolicy, policyMessage } from './policy.js';
import type { Store } from './store.js';

/** What the customer decided. References are those of instruments and tenders. */
export interface Choice {
  /** The account or bank card that pays. Nothing takes its place. */
  readonly pays?: string;
  /** The brand that pays, where an account has several. */
  readonly brand?: string;
  /** What must not be used. */
  readonly declines?: readonly string[];
}

export interface CheckoutRequest {
  readonly basket: Basket;
  /** Made by `newKey` and written down before the call. */
  readonly key: Key;
  /** The reader keeps it until it restarts. Default: what it was given last. */
  readonly policy?: MerchantPolicy;
  /** Default: what was chosen of the last `read`. */
  readonly choice?: Choice;
  /** Where the sale is written down, before and after: see `recover`. */
  readonly journal?: Store;
}

/** What goes to the reader, in order; `checkout` with its nonce and its time follows. */
export interface CheckedRequest {
  readonly total: Money;
  /** ISO 4217, numeric. */
  readonly currency: number;
  readonly before: readonly Message<'policy' | 'basket'>[];
  readonly choice: Pick<Message<'checkout'>, 'chosenReference' | 'brand' | 'declinedReferences'>;
}

const REFERENCE_BYTES = 8;
const DECLINED_MAX = 32;

/** @throws ReaderError `usage/invalid` */
export function checkCheckoutRequest(request: CheckoutRequest): CheckedRequest {
  if (!isObject(request)) throw usageError('A checkout has a basket and a key.');
  keyFrom(request.key);
  const { policy, choice = {}, journal } = request;
  if (journal !== undefined && !hasMethods(journal, 'get', 'put', 'del', 'keys'))
    throw usageError('A journal is a Store: get, put, del, keys.');
  const read = readBasket(request.basket);
  if (!read.ok) throw usageError(basketFaultText(read.fault));
  const { basket, total } = read;
  return {
    total,
    currency: currencyOf(total.currency)?.numeric ?? 0,
    before: [...(policy === undefined ? [] : [policyMessage(policy)]), ...basketMessages(basket)],
    choice: choiceFields(choice),
  };
}

function choiceFields(choice: Choice): CheckedRequest['choice'] {
  const { pays, brand, declines = [] } = isObject(choice) ? choice : {};
  if (!Array.isArray(declines) || declines.length > DECLINED_MAX)
    throw usageError('At most 32 instruments are declined.');
  const fields = {
    ...(pays !== undefined && { chosenReference: referenceFrom(pays) }),
    ...(brand !== undefined && { brand }),
    ...(declines.length > 0 && { declinedReferences: concatBytes(...declines.map(referenceFrom)) }),
  };
  if (brand !== undefined && !BRAND_FORM.test(brand))
    throw usageError('A brand is 1 to 12 printable ASCII characters.');
  return fields;
}

const BRAND_FORM = /^[\x20-\x7e]{1,12}$/;

function referenceFrom(text: string): Uint8Array {
  const bytes = typeof text === 'string' ? fromHex(text) : undefined;
  if (bytes?.length !== REFERENCE_BYTES) throw usageError('A choice names instruments by their reference.');
  return bytes;
}
