/**
 * Tells the host how a payment ended, where it must hear of it. Of a basket: what is reserved is captured or released, what was approved stands
 * or is reversed. Of one card: what the acquirer approved and the card did not goes back. It may be told again and again; the first word counts.
 * Source: docs/reference/sdk.md, `PaymentHost`.   Floor: sdk payment.
 */
import { type Message, toHex } from '@comptoir/protocol';
import type { CancelledBy, Operation } from '../operation/operation.js';
import { type Key, paymentIdOf } from '../values/key.js';
import type { HostWord } from './complete.js';
import { type BasketWords, isOpen, type SettledPart, stands } from './payment.js';
import type { PaymentHost, Settled } from './paymentHost.js';
import { type CardTrouble, type PayResult, payResultOf, type Unknown } from './payResult.js';
import type { SaleEnd } from './refundHost.js';

/** What only a basket's end needs: a part of the SDK that is loaded when one is taken. */
export interface BasketPart extends BasketWords {
  /** The authorisers can't be told how it ended. */
  untold(
    operation: Operation,
    host: PaymentHost,
    key: Key,
    result: PayResult | CardTrouble,
    cause: unknown,
  ): Promise<PayResult>;
  /** Somebody told the authorisers the other end before. @param end what they say */
  contradiction(key: Key, end: SaleEnd): Unknown;
  /**
   * What a reader hears that still waits. A tap that is over can't go on, nor one that is given up: when its last question never came to the host, the sale is void, and the
   * host is told first, so that a question that is still on its way takes nothing.
   * @param open what the reader told
   */
  lastWord(operation: Operation, host: PaymentHost, key: Key, open: Message<'result'>): Promise<HostWord | PayResult>;
}

/**
 * @param told  of this key
 * @param basket of a basket
 * @returns what reader and host say together
 * @throws LinkFault when the reader's message makes no sense; then nothing was told
 */
export async function settle(
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  told: Message<'result'>,
  cancelledBy: CancelledBy,
  basket?: BasketPart,
): Promise<PayResult | CardTrouble> {
  const resultWith = (part: SettledPart): PayResult | CardTrouble => payResultOf(told, key, cancelledBy, basket, part);
  const end = endToTell(told);
  const unsettled = resultWith({ settled: end === undefined });
  if (end === undefined || host?.settle === undefined) return unsettled;
  let said: Settled | undefined;
  try {
    said = await operation.outsideToTheEnd(async (options) =>
      host.settle?.(paymentIdOf(key), told.saleKey, end, options),
    );
  } catch (cause) {
    // The reader says so again whenever it's asked for this key.
    return basket?.untold(operation, host, key, unsettled, cause) ?? unsettled;
  }
  if (said?.end !== end) return basket?.contradiction(key, end === 'void' ? 'stands' : 'void') ?? unsettled;
  const { accountToken } = said;
  return resultWith({ settled: true, ...(accountToken !== undefined && { accountToken: toHex(accountToken) }) });
}

/** @returns undefined: nobody waits for it */
function endToTell(told: Message<'result'>): SaleEnd | undefined {
  if (told.saleKey === undefined) return told.reversalDue === 1 ? 'void' : undefined;
  if (isOpen(told)) return undefined;
  return stands(told) ? 'stands' : 'void';
}
