/**
 * What a till asks when it takes a basket, checked before anything is sent.
 * Source: docs/reference/sdk.md, `pay`.   Floor: sdk basket.
 */
import { concatBytes, fromHex, type Message } from '@comptoir/protocol';
import type { Choice, Instrument } from '../payment/read.js';
import { usageError } from '../values/errors.js';
import { keyFrom, type PaymentKey } from '../values/key.js';
import { currencyOf, type Money } from '../values/money.js';
import { isObject } from '../values/shape.js';
import type { Store } from '../values/store.js';
import { type Basket, basketFaultText, readBasket } from './basket.js';
import { basketMessages } from './basketMessages.js';
import { type MerchantPolicy, policyMessage } from './policy.js';

/** Ids, or ids and the points that the customer asks for: see `BasketRequest.redeemPoints`, in whose place they are. */
export type Chosen = readonly string[] | { readonly ids: readonly string[]; readonly redeemPoints?: number };

export interface BasketRequest {
  readonly basket: Basket;
  /** Made by `newKey` and written down before the call. */
  readonly key: PaymentKey;
  /** The reader keeps it until it restarts. Default: what it was given last. */
  readonly policy?: MerchantPolicy;
  /** Default: what was chosen of the last `read`. */
  readonly choice?: Choice;
  /**
   * Points that the customer asks for, as what they are worth: minor units of the basket's currency. So much is taken at most; what the
   * points, the basket or the merchant don't give is paid by the rest of the card. Default: none.
   */
  readonly redeemPoints?: number;
  /**
   * Asked in the middle of the tap what the customer wants, while the card stays: of what the card holds, the ids of what is to be used,
   * as `Presented.choose` takes them; undefined ends the sale. It counts instead of `choice`, and has a minute at most.
   */
  readonly choose?: (instruments: readonly Instrument[]) => Chosen | undefined | Promise<Chosen | undefined>;
  /** Where the sale is written down, before and after: see `recover`. */
  readonly journal?: Store;
}

type ChoiceFields = Pick<Message<'pay'>, 'chosenReference' | 'brand' | 'declinedReferences' | 'redeemPoints'>;

/** What goes to the reader, in order; `pay` with its nonce and its time follows. */
export interface CheckedRequest {
  readonly total: Money;
  /** ISO 4217, numeric. */
  readonly currency: number;
  readonly before: readonly Message<'policy' | 'basket'>[];
  readonly lineCount: number;
  readonly choice: ChoiceFields & Pick<Message<'pay'>, 'asksChoice'>;
}

const REFERENCE_BYTES = 8;
const DECLINED_MAX = 32;
/** Twelve digits: n 12. */
const POINTS_MAX = 999_999_999_999;

/** @throws ReaderError `usage/invalid` */
export function checkBasketRequest(request: BasketRequest): CheckedRequest {
  if (!isObject(request)) throw usageError('A basket is paid with a key.');
  keyFrom(request.key);
  const { policy, choice = {}, choose, redeemPoints } = request;
  if (choose !== undefined && typeof choose !== 'function') throw usageError('choose is a function.');
  const read = readBasket(request.basket);
  if (!read.ok) throw usageError(basketFaultText(read.fault));
  const { basket, total } = read;
  return {
    total,
    currency: currencyOf(total.currency)?.numeric ?? 0,
    lineCount: basket.lines.length,
    before: [...(policy === undefined ? [] : [policyMessage(policy)]), ...basketMessages(basket)],
    choice: { ...choiceFields(choice, redeemPoints), ...(choose !== undefined && { asksChoice: 1 }) },
  };
}

/** @param redeemPoints minor units @throws ReaderError `usage/invalid` */
export function choiceFields(choice: Choice, redeemPoints = 0): ChoiceFields {
  if (!Number.isSafeInteger(redeemPoints) || redeemPoints < 0 || redeemPoints > POINTS_MAX)
    throw usageError('Points are asked for as a whole number of minor units.');
  const { pays, brand, declines = [] } = isObject(choice) ? choice : {};
  if (!Array.isArray(declines) || declines.length > DECLINED_MAX)
    throw usageError('At most 32 instruments are declined.');
  const fields = {
    ...(pays !== undefined && { chosenReference: referenceFrom(pays) }),
    ...(brand !== undefined && { brand }),
    ...(redeemPoints > 0 && { redeemPoints }),
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
