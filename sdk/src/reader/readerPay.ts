/**
 * `reader.pay`: by one card, or for a basket. The part for baskets, a journal and a customer who confirms is loaded when it's first
 * asked for.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import type { BasketRequest } from '../basket/basketRequest.js';
import type { TenderEvent } from '../basket/questions.js';
import type { Op } from '../operation/op.js';
import type { Call, OperationOptions, Operator } from '../operation/operate.js';
import type { Prompt } from '../operation/prompt.js';
import { type Acquirer, chargedSoFar, markSettled } from '../payment/acquirer.js';
import { checkPayRequest, type PayRequest, pay } from '../payment/pay.js';
import { isOver, type PayResult } from '../payment/payResult.js';
import type { Choice } from '../payment/read.js';
import { usageError } from '../values/errors.js';
import { paymentIdOf } from '../values/key.js';
import { loadPart } from '../values/loadPart.js';
import { isObject } from '../values/shape.js';

/** What happens during a payment; tenders are told of a basket. */
export type PayEvent = Prompt | TenderEvent;

export interface Pay {
  (request: BasketRequest, options?: OperationOptions): Op<PayResult, PayEvent>;
  (request: PayRequest, options?: OperationOptions): Op<PayResult, Prompt>;
}

const TIMEOUT_MS = 120_000;

type PayWork = typeof import('./payWork.js');

let loaded: PayWork | undefined;

/**
 * @param serial of the reader, asked when a payment begins
 * @param takeChoice what was chosen of the last `read`, once
 */
export function createReaderPay(
  operator: Operator,
  acquirer: Acquirer | undefined,
  serial: () => string,
  takeChoice: () => Choice | undefined,
): Pay {
  const start = (request: PayRequest | BasketRequest, options: OperationOptions = {}): Op<PayResult, PayEvent> => {
    let work: PayWork | undefined;
    const call: Call = {
      name: () => `pay ${paymentIdOf(request.key)}`,
      timeoutMs: TIMEOUT_MS,
      charged: () => chargedSoFar(acquirer, request?.key),
      ready: async () => {
        if (needsWork(request)) work = await loadPayWork();
      },
      check: () => {
        const at = withAcquirer(acquirer);
        if (work === undefined) checkPayRequest(request as PayRequest);
        else work.checkRequest(at, request);
      },
    };
    return operator.operate<PayResult, TenderEvent>(call, options, async (operation, tell) => {
      const at = withAcquirer(acquirer);
      const result = await (work?.take ?? pay)(operation, at, request as PayRequest, {
        serial: serial(),
        takeChoice,
        tell,
      });
      if (isOver(result)) markSettled(at, request.key);
      return result;
    });
  };
  // Of one card nothing but prompts is told.
  return start as Pay;
}

export async function loadPayWork(): Promise<PayWork> {
  loaded ??= await loadPart(import('./payWork.js'), 'takes baskets and keeps a journal');
  return loaded;
}

/** @param request untrusted: whatever a till gives */
function needsWork(request: PayRequest | BasketRequest): boolean {
  return isObject(request) && ('basket' in request || request.journal !== undefined || request.confirm !== undefined);
}

function withAcquirer(acquirer: Acquirer | undefined): Acquirer {
  if (acquirer === undefined) throw usageError('Connect with an acquirer to take payments.');
  return acquirer;
}
