/**
 * `reader.checkout`: what a till that takes no baskets should not have to carry is loaded when it's first asked for.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import type { CheckoutRequest } from '../checkout/checkoutRequest.js';
import type { CheckoutResult } from '../checkout/checkoutResult.js';
import type { TenderEvent } from '../checkout/questions.js';
import { usageError } from './errors.js';
import { paymentIdOf } from './key.js';
import { loadPart } from './loadPart.js';
import type { Op } from './op.js';
import type { Call, OperationOptions, Operator } from './operate.js';
import { type CheckoutHost, chargedSoFar, isCheckoutHost, type PaymentHost } from './paymentHost.js';
import type { Prompt } from './prompt.js';
import type { Choice } from './read.js';

/** What happens during a sale. */
export type CheckoutEvent = Prompt | TenderEvent;

const CHECKOUT_TIMEOUT_MS = 120_000;

type CheckoutWork = typeof import('../checkout/checkoutWork.js');

let loaded: CheckoutWork | undefined;

/**
 * @param serial of the reader, asked when a sale begins
 * @param takeChoice what was chosen of the last `read`, once
 */
export function createReaderCheckout(
  operator: Operator,
  host: PaymentHost | undefined,
  serial: () => string,
  takeChoice: () => Choice | undefined,
): (request: CheckoutRequest, options?: OperationOptions) => Op<CheckoutResult, CheckoutEvent> {
  return (request, options = {}) => {
    let work: CheckoutWork | undefined;
    const call: Call = {
      name: () => `checkout ${paymentIdOf(request.key)}`,
      timeoutMs: CHECKOUT_TIMEOUT_MS,
      charged: () => chargedSoFar(host, request?.key),
      ready: async () => {
        work = await loadCheckout();
      },
      check: () => {
        checkoutHost(host);
        work?.checkCheckoutRequest(request);
      },
    };
    return operator.operate<CheckoutResult, TenderEvent>(call, options, (operation, tell) => {
      const earlier = takeChoice();
      const choice = request.choice ?? earlier;
      const chosen = choice === undefined ? request : { ...request, choice };
      return (work as CheckoutWork).checkout(operation, checkoutHost(host), chosen, serial(), tell);
    });
  };
}

export async function loadCheckout(): Promise<CheckoutWork> {
  loaded ??= await loadPart(import('../checkout/checkoutWork.js'), 'takes baskets');
  return loaded;
}

function checkoutHost(host: PaymentHost | undefined): CheckoutHost {
  if (!isCheckoutHost(host)) throw usageError('Connect with a host that takes baskets: it has `nonce` and `settle`.');
  return host;
}
