/**
 * What `reader.pay` needs for a basket, a journal or a customer who confirms, as one part that is loaded when it's first asked for.
 * Source: docs/reference/sdk.md, `pay`.   Floor: sdk reader.
 */
import { toHex } from '@comptoir/protocol';
import { type BasketRequest, checkBasketRequest } from '../basket/basketRequest.js';
import { payBasket, type Tell } from '../basket/payBasket.js';
import { checkJournal, journaled } from '../journal/journal.js';
import type { Operation } from '../operation/operation.js';
import { type Acquirer, acquirerHas, type BasketAcquirer } from '../payment/acquirer.js';
import { type AskToConfirm, checkPayRequest, type PayRequest, pay } from '../payment/pay.js';
import type { PayResult } from '../payment/payResult.js';
import type { Choice } from '../payment/read.js';
import { usageError } from '../values/errors.js';

export { BASKET_PART } from '../basket/basketPart.js';

type Request = PayRequest | BasketRequest;

export interface Around {
  /** Serial number of the reader. */
  readonly serial: string;
  /** What was chosen of the last `read`, once. */
  readonly takeChoice: () => Choice | undefined;
  readonly tell: Tell;
}

/** @throws ReaderError `usage/invalid` */
export function checkRequest(acquirer: Acquirer, request: Request): void {
  if (isOfBasket(request)) {
    basketAcquirer(acquirer);
    checkBasketRequest(request);
  } else checkPayRequest(request);
  checkJournal(request.journal);
}

export function take(operation: Operation, acquirer: Acquirer, request: Request, around: Around): Promise<PayResult> {
  const { serial: reader, takeChoice, tell } = around;
  const { key, journal } = request;
  const payNow = (): Promise<PayResult> => {
    if (!isOfBasket(request)) return pay(operation, acquirer, request, { askToConfirm });
    const earlier = takeChoice();
    const choice = request.choice ?? earlier;
    return payBasket(
      operation,
      basketAcquirer(acquirer),
      choice === undefined ? request : { ...request, choice },
      tell,
    );
  };
  if (journal === undefined) return payNow();
  const total = isOfBasket(request) ? checkBasketRequest(request).total : request.amount;
  return journaled(operation, acquirer, journal, { key, total, reader }, payNow);
}

const askToConfirm: AskToConfirm = async (operation, { confirm }, asked) => {
  if (confirm === undefined) return false;
  const { label, applicationIdentifier, languagePreference = '' } = asked;
  const languages = languagePreference.match(/../g) ?? [];
  try {
    return await operation.outside(async () => confirm({ label, aid: toHex(applicationIdentifier), languages }));
  } catch (error) {
    await operation.stop().catch(() => {});
    throw error;
  }
};

function isOfBasket(request: Request): request is BasketRequest {
  return 'basket' in request;
}

function basketAcquirer(acquirer: Acquirer): BasketAcquirer {
  if (acquirerHas(acquirer, 'nonce', 'settle')) return acquirer;
  throw usageError('Connect with an acquirer that takes baskets: it has `nonce` and `settle`.');
}
