/**
 * `reader.pay`: by one card, or for a basket. What a till that takes no baskets and keeps no journal should not have to carry is loaded when it's
 * first asked for.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import type { BasketRequest } from '../checkout/basketRequest.js';
import type { TenderEvent } from '../checkout/questions.js';
import { usageError } from './errors.js';
import { paymentIdOf } from './key.js';
import { loadPart } from './loadPart.js';
import type { Op } from './op.js';
import type { Call, OperationOptions, Operator } from './operate.js';
import { checkPayRequest, type PayRequest, pay } from './pay.js';
import { type BasketHost, chargedSoFar, hostHas, type PaymentHost } from './paymentHost.js';
import type { PayResult } from './payResult.js';
import type { Prompt } from './prompt.js';
import type { Choice } from './read.js';

/** What happens during a payment; tenders are told of a basket. */
export type PayEvent = Prompt | TenderEvent;

export interface Pay {
  (request: BasketRequest, options?: OperationOptions): Op<PayResult, PayEvent>;
  (request: PayRequest, options?: OperationOptions): Op<PayResult, Prompt>;
}

const TIMEOUT_MS = 120_000;

type BasketWork = typeof import('../checkout/payBasket.js');

let loaded: BasketWork | undefined;

/**
 * @param serial of the reader, asked when a payment begins
 * @param takeChoice what was chosen of the last `read`, once
 */
export function createReaderPay(
  operator: Operator,
  host: PaymentHost | undefined,
  serial: () => string,
  takeChoice: () => Choice | undefined,
): Pay {
  const take = (request: PayRequest | BasketRequest, options: OperationOptions = {}): Op<PayResult, PayEvent> => {
    let work: BasketWork | undefined;
    const call: Call = {
      name: () => `pay ${paymentIdOf(request.key)}`,
      timeoutMs: TIMEOUT_MS,
      charged: () => chargedSoFar(host, request?.key),
      ready: async () => {
        if (isOfBasket(request) || request?.journal !== undefined) work = await loadBasketWork();
      },
      check: () => {
        if (!isOfBasket(request)) {
          withHost(host);
          checkPayRequest(request);
        } else {
          basketHost(host);
          work?.checkBasketRequest(request);
        }
        work?.checkJournal(request.journal);
      },
    };
    return operator.operate<PayResult, TenderEvent>(call, options, (operation, tell) => {
      const payNow = async (): Promise<PayResult> => {
        if (work === undefined || !isOfBasket(request)) return pay(operation, withHost(host), request as PayRequest);
        const earlier = takeChoice();
        const choice = request.choice ?? earlier;
        const chosen = choice === undefined ? request : { ...request, choice };
        return work.payBasket(operation, basketHost(host), chosen, tell);
      };
      const { key, journal } = request;
      if (work === undefined || journal === undefined) return payNow();
      const total = isOfBasket(request) ? work.checkBasketRequest(request).total : request.amount;
      return work.journaled(operation, withHost(host), journal, { key, total, reader: serial() }, payNow);
    });
  };
  // Of one card nothing but prompts is told.
  return take as Pay;
}

export async function loadBasketWork(): Promise<BasketWork> {
  loaded ??= await loadPart(import('../checkout/payBasket.js'), 'takes baskets');
  return loaded;
}

/** @param request untrusted: whatever a till gives */
function isOfBasket(request: PayRequest | BasketRequest): request is BasketRequest {
  return typeof request === 'object' && request !== null && 'basket' in request;
}

function withHost(host: PaymentHost | undefined): PaymentHost {
  if (host === undefined) throw usageError('Connect with a host to take payments.');
  return host;
}

function basketHost(host: PaymentHost | undefined): BasketHost {
  if (!hostHas(host, 'nonce', 'settle'))
    throw usageError('Connect with a host that takes baskets: it has `nonce` and `settle`.');
  return host;
}
