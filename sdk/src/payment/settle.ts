/**
 * Tells the acquirer how a payment ended, where it must hear of it. Of a basket: what is reserved is captured or released, what was approved stands
 * or is reversed. Of one card: what the acquirer approved and the card did not goes back. It may be told again and again; the first word counts.
 * Source: docs/reference/sdk.md, `Acquirer`.   Floor: sdk payment.
 */
import { type Message, toHex } from '@comptoir/protocol';
import type { CancelledBy, Operation } from '../operation/operation.js';
import { type PaymentKey, paymentIdOf } from '../values/key.js';
import type { Acquirer, Settled } from './acquirer.js';
import type { SaleEnd } from './acquirerRefunds.js';
import type { AcquirerWord } from './complete.js';
import { type BasketWords, isOpen, type SettledPart, stands } from './payment.js';
import { type CardTrouble, type PayResult, payResultOf, type Unknown } from './payResult.js';

/** What only a basket's end needs: a part of the SDK that is loaded when one is taken. */
export interface BasketPart extends BasketWords {
  /** The authorisers can't be told how it ended. */
  untold(
    operation: Operation,
    acquirer: Acquirer,
    key: PaymentKey,
    result: PayResult | CardTrouble,
    cause: unknown,
  ): Promise<PayResult>;
  /** Somebody told the authorisers the other end before. @param end what they say */
  contradiction(key: PaymentKey, end: SaleEnd): Unknown;
  /**
   * What a reader hears that still waits. A tap that is over can't go on, nor one that is given up: when its last question never came to the acquirer, the sale is void, and the
   * acquirer is told first, so that a question that is still on its way takes nothing.
   * @param open what the reader told
   */
  lastWord(
    operation: Operation,
    acquirer: Acquirer,
    key: PaymentKey,
    open: Message<'result'>,
  ): Promise<AcquirerWord | PayResult>;
}

/**
 * @param told  of this key
 * @param basket of a basket
 * @returns what reader and acquirer say together
 * @throws LinkFault when the reader's message makes no sense; then nothing was told
 */
export async function settle(
  operation: Operation,
  acquirer: Acquirer | undefined,
  key: PaymentKey,
  told: Message<'result'>,
  cancelledBy: CancelledBy,
  basket?: BasketPart,
): Promise<PayResult | CardTrouble> {
  const resultWith = (part: SettledPart): PayResult | CardTrouble => payResultOf(told, key, cancelledBy, basket, part);
  const end = endToTell(told);
  const unsettled = resultWith({ settled: end === undefined });
  if (end === undefined || acquirer?.settle === undefined) return unsettled;
  let said: Settled | undefined;
  try {
    said = await operation.outsideToTheEnd(async (options) =>
      acquirer.settle?.(paymentIdOf(key), told.planId, end, options),
    );
  } catch (cause) {
    // The reader says so again whenever it's asked for this key.
    return basket?.untold(operation, acquirer, key, unsettled, cause) ?? unsettled;
  }
  if (said?.end !== end) return basket?.contradiction(key, end === 'void' ? 'stands' : 'void') ?? unsettled;
  const { accountToken } = said;
  return resultWith({ settled: true, ...(accountToken !== undefined && { accountToken: toHex(accountToken) }) });
}

/** @returns undefined: nobody waits for it */
function endToTell(told: Message<'result'>): SaleEnd | undefined {
  if (told.planId === undefined) return told.reversalDue === 1 ? 'void' : undefined;
  if (isOpen(told)) return undefined;
  return stands(told) ? 'stands' : 'void';
}
