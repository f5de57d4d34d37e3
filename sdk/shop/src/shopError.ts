/**
 * Why the shop said no, as a code for programs and a sentence for people. Nothing was written.
 * Source: docs/reference/shop.md, errors.   Floor: shop.
 */
import type { ApiFault, ApiFaultCode, Shortage } from './api.js';

type Fault = ApiFault['error'];

/** HTTP status, and what to do. */
// biome-ignore format: a table is read by its rows
const FAULTS: Readonly<Record<ApiFaultCode, readonly [status: number, recovery: Fault['recovery']]>> = {
  'invalid':          [400, 'fix-request'],
  'not-signed-in':    [401, 'sign-in'],
  'declined':         [402, 'new-key'],
  'pairing-refused':  [403, 'sign-in'],
  'forbidden':        [403, 'sign-in'],
  'not-found':        [404, 'fix-request'],
  'key-reused':       [409, 'new-key'],
  'out-of-stock':     [409, 'new-key'],
  'wrong-state':      [409, 'fix-request'],
  'refund-first':     [409, 'fix-request'],
  'not-the-customer': [409, 'new-key'],
  'more-than-left':   [409, 'new-key'],
  'price-changed':    [409, 'new-key'],
  'too-many':         [429, 'wait'],
  'internal':         [500, 'retry-same-key'],
  'unavailable':      [503, 'retry-same-key'],
};

export class ShopError extends Error {
  override readonly name = 'ShopError';
  readonly code: ApiFaultCode;
  readonly shortages: readonly Shortage[] | undefined;

  constructor(
    code: ApiFaultCode,
    message: string,
    options: ErrorOptions & { readonly shortages?: readonly Shortage[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.shortages = options.shortages;
  }

  /** HTTP. */
  get status(): number {
    return FAULTS[this.code][0];
  }

  /** What a caller is told: never the cause. */
  toJSON(): ApiFault {
    const { code, message, shortages } = this;
    return { error: { code, message, recovery: FAULTS[code][1], ...(shortages !== undefined && { shortages }) } };
  }
}
