/**
 * What every part of the API has: faults, texts, shortages.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */

/** Body of every answer from 400 on. */
export interface ApiFault {
  readonly error: {
    readonly code: ApiFaultCode;
    /** A sentence for people, in English. */
    readonly message: string;
    /** What to do. */
    readonly recovery: 'fix-request' | 'retry-same-key' | 'new-key' | 'sign-in' | 'wait' | 'call-support';
    /** Of `out-of-stock`. */
    readonly shortages?: readonly Shortage[];
  };
}

export type ApiFaultCode =
  /** 400: a field is missing, too long or of the wrong form. Nothing was written. */
  | 'invalid'
  /** 401: no key, or one that isn't known any more. */
  | 'not-signed-in'
  /** 403: the code of the pairing is wrong, used or too old. */
  | 'pairing-refused'
  /** 403: of another customer, or the page was not ours. */
  | 'forbidden'
  /** 404: it isn't there, or isn't this shop's. */
  | 'not-found'
  /** 409: the idempotency key came before, with another body. */
  | 'key-reused'
  /** 409: less is there than was asked for. Nothing was reserved. */
  | 'out-of-stock'
  /** 409: the order is not in a state in which this may happen. */
  | 'wrong-state'
  /** 409: the order is paid; refund it, then cancel it. */
  | 'refund-first'
  /** 409: the tap or the code is not that of the order. */
  | 'not-the-customer'
  /** 409: more than was paid, or than is there. */
  | 'more-than-left'
  /** 409: prices changed since they were shown, or what was asked for costs something else. */
  | 'price-changed'
  /** 402: the account, or the gift card, did not pay. Nothing was taken. */
  | 'declined'
  /** 429. */
  | 'too-many'
  /** 503: the database can't be asked. Nobody knows: the same key again tells. */
  | 'unavailable'
  /** 500: our own. The same key again tells. */
  | 'internal';

export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  readonly available: number;
}

/** English and French. */
export interface Texts {
  readonly en: string;
  readonly fr: string;
}
