/**
 * The cards in the field, however many: what each calls itself, and nothing else. No card is spoken to.
 * Source: docs/reference/protocol.md, `read` with `listsCards`; ISO/IEC 14443-3.   Floor: sdk reader.
 */
import { CARD_TYPE, INTERFACE, OUTCOME, type TemplateContent, toHex } from '@comptoir/protocol';
import type { Operation } from '../operation/operation.js';
import { faultOfOutcome } from '../payment/read.js';
import { LinkFault } from '../values/linkFault.js';
import { transactionTime } from '../values/transactionTime.js';

export interface CardInField {
  /** Of ISO/IEC 14443. */
  readonly type: 'A' | 'B' | 'other';
  /** UID of type A, PUPI of type B. Hexadecimal. It's no card number. */
  readonly uid: string;
  /** Of type A: the card makes a new one each time, so that nobody knows it again. */
  readonly isRandom: boolean;
}

/** The first byte of a random UID. @see ISO/IEC 14443-3 §6.5.4 */
const RANDOM_UID = 0x08;
const SINGLE_UID_BYTES = 4;

export async function listCards(operation: Operation): Promise<readonly CardInField[]> {
  try {
    const { message } = await operation.exchange({
      kind: 'read',
      interfaces: INTERFACE.contactless,
      timeoutMs: operation.cardWaitMs,
      listsCards: 1,
      ...transactionTime(operation.clock.now(), operation.utcOffsetMinutes),
    });
    if (message !== undefined && message.kind !== 'presented') throw new LinkFault('protocol/corrupt');
    if (message?.outcome !== OUTCOME.read) throw faultOfOutcome(message?.outcome ?? OUTCOME.cancelled, message?.reason);
    if (message.instruments !== undefined) throw new LinkFault('update/required', 'This reader lists no cards.');
    return (message.cards ?? []).map(cardInField);
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}

function cardInField({ cardType, cardIdentifier }: TemplateContent<'cardInField'>): CardInField {
  const type = cardType === CARD_TYPE.a ? 'A' : cardType === CARD_TYPE.b ? 'B' : 'other';
  const isRandom = type === 'A' && cardIdentifier.length === SINGLE_UID_BYTES && cardIdentifier[0] === RANDOM_UID;
  return { type, uid: toHex(cardIdentifier), isRandom };
}
