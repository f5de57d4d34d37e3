/**
 * The last payments by their key: the answer to "did it go through?". Each is a record in flash that is written before the
 * host hears of it, and read when it's asked for. In memory there are two at most: of a try that decided nothing, and of the
 * payment that the acquirer is being asked about.
 *
 *   offset  size  record
 *   0       1     1 open, 2 decided, 3 open, and the card is done
 *   1       4     number: the higher, the later written; big endian
 *   5       16    secret of the payment: who shows it is told of it
 *   21      1     length L of the key
 *   22      L     key
 *   22 + L        message: `authorise` of a payment by one card while it's open, else `result`
 *
 * Source: docs/decisions/0009-results-are-records-in-flash.md.   Floor: commands.
 */
import {
  concatBytes,
  decodeMessage,
  equalBytes,
  isSameSecret,
  latin1ToBytes,
  type Message,
  OUTCOME,
  unsignedFromBytes,
  unsignedToBytes,
} from '@comptoir/protocol';
import { isGivenUpFor } from '@comptoir/protocol/wallet';
import type { Records } from '../../board/board.js';
import type { CheckedMessage, Leaving } from '../../token/door.js';
import { isStanding, resultOfPayment } from './paymentResult.js';

/** Payments that are remembered: the records 0 to 7. */
const PAYMENTS_MAX = 8;
const OPEN = 1;
const DECIDED = 2;
const OPEN_CARD_DONE = 3;
const NUMBER_AT = 1;
const NUMBER_BYTES = 4;
const SECRET_AT: number = NUMBER_AT + NUMBER_BYTES;
const SECRET_BYTES = 16;
const KEY_AT: number = SECRET_AT + SECRET_BYTES;

export type Payment = {
  readonly secret: Uint8Array;
} /** The acquirer was or may have been asked; the host owes its answer. `isCardDone`: a contact card approved meanwhile by itself. */ & (
  | {
      readonly kind: 'asked';
      readonly authorise: Message<'authorise'>;
      /** As it left: while its tap goes on. */
      readonly checked?: CheckedMessage<'authorise'>;
      readonly isCardDone: boolean;
    }
  /** Waiting for the acquirer: the host owes the answer to the last tender of a basket. */
  | { readonly kind: 'told'; readonly result: Message<'result'>; readonly mayBeTriedAgain: boolean }
);

/** The host owes the acquirer's word. */
export function isOpen(payment: Payment): boolean {
  return payment.kind === 'asked' || payment.result.outcome === OUTCOME.waitingForAcquirer;
}

/** How it stands, or ended. */
export function toldOf(payment: Payment): Leaving<'result'> {
  if (payment.kind === 'told') return payment.result;
  return resultOfPayment(payment.checked?.leaving ?? payment.authorise, { outcome: OUTCOME.waitingForAcquirer });
}

/** @param secret untrusted */
export function isOwner(payment: Payment, secret: Uint8Array | undefined): boolean {
  return secret !== undefined && isSameSecret(secret, payment.secret);
}

export class Results {
  private readonly records: Records;
  /** Not in flash: when it's forgotten, "never seen" says as much, and no host can wear the flash out without a card. */
  private undecided: { readonly result: Message<'result'>; readonly secret: Uint8Array } | undefined;
  /** What the acquirer is being asked about, most likely: its answer then needs no decoding of the record. */
  private lastOpen:
    | { readonly checked: CheckedMessage<'authorise'>; readonly secret: Uint8Array; readonly isCardDone: boolean }
    | undefined;

  constructor(records: Records) {
    this.records = records;
  }

  find(key: string): Payment | undefined {
    const { lastOpen } = this;
    if (lastOpen?.checked.leaving.key === key)
      return { kind: 'asked', authorise: lastOpen.checked.message, ...lastOpen };
    const keyBytes = latin1ToBytes(key);
    for (let place = 0; place < PAYMENTS_MAX; place += 1) {
      const record = this.records.read(place);
      if (isOf(record, keyBytes)) return paymentOf(record, keyBytes.length);
    }
    const { undecided } = this;
    if (undecided?.result.key !== key) return undefined;
    return { kind: 'told', ...undecided, mayBeTriedAgain: true };
  }

  /** How a sale that a card holds open ended here: undefined when it's open, or isn't known. */
  stands(planId: Uint8Array): boolean | undefined {
    for (let place = 0; place < PAYMENTS_MAX; place += 1) {
      const record = this.records.read(place);
      if (record.length === 0) continue;
      const payment = paymentOf(record, record[KEY_AT] ?? 0);
      if (payment.kind === 'asked' || payment.result.planId === undefined) continue;
      if (isGivenUpFor(planId, payment.result.planId)) return false;
      if (!isOpen(payment) && equalBytes(payment.result.planId, planId)) return isStanding(payment.result);
    }
    return undefined;
  }

  /** The host owes the reader the acquirer's word. */
  get hasOpen(): boolean {
    return this.countOpen() > 0;
  }

  /** False when all that is remembered is open: the host owes the reader so many answers that a new payment must wait. */
  get hasRoom(): boolean {
    return this.countOpen() < PAYMENTS_MAX;
  }

  /** Returns when it's in flash. Of the same key, only the last is remembered. @throws when the flash fails */
  rememberOpen(asked: CheckedMessage<'authorise' | 'result'>, secret: Uint8Array, isCardDone = false): void {
    this.write(isCardDone ? OPEN_CARD_DONE : OPEN, asked, secret);
    this.lastOpen = isQuestion(asked) ? { checked: asked, secret, isCardDone } : undefined;
  }

  /** The same of a result. The oldest decided payment gives way to a new one, an open payment never does. */
  rememberDecided(result: CheckedMessage<'result'>, secret: Uint8Array): void {
    this.write(DECIDED, result, secret);
    if (this.lastOpen?.checked.leaving.key === result.leaving.key) this.lastOpen = undefined;
  }

  /** Nothing happened to money, and the key may be used again. Until the next of these, or a reset. */
  rememberUndecided({ message }: CheckedMessage<'result'>, secret: Uint8Array): void {
    this.undecided = { result: message, secret };
  }

  private countOpen(): number {
    let found = 0;
    for (let place = 0; place < PAYMENTS_MAX; place += 1) {
      const state = this.records.read(place)[0];
      if (state === OPEN || state === OPEN_CARD_DONE) found += 1;
    }
    return found;
  }

  private write(state: number, { leaving, bytes }: CheckedMessage<'authorise' | 'result'>, secret: Uint8Array): void {
    const key = latin1ToBytes(leaving.key);
    const { place, number } = this.placeFor(key);
    const head = concatBytes(
      Uint8Array.of(state),
      unsignedToBytes(number, NUMBER_BYTES),
      secret,
      Uint8Array.of(key.length),
      key,
    );
    if (!this.records.write(place, concatBytes(head, bytes)))
      throw new Error('the reader can not remember this payment');
    if (this.undecided?.result.key === leaving.key) this.undecided = undefined;
  }

  /** Its own place, else a free one, else that of the oldest decided payment; and the number of what is written next. */
  private placeFor(key: Uint8Array): { readonly place: number; readonly number: number } {
    let own: number | undefined;
    let free: number | undefined;
    let oldest: number | undefined;
    let [oldestNumber, number] = [2 ** 32, 0];
    for (let place = 0; place < PAYMENTS_MAX; place += 1) {
      const record = this.records.read(place);
      const written = numberOf(record);
      number = Math.max(number, written);
      if (record.length === 0) free ??= place;
      else if (isOf(record, key)) own = place;
      else if (record[0] === DECIDED && written < oldestNumber) {
        oldest = place;
        oldestNumber = written;
      }
    }
    const place = own ?? free ?? oldest;
    if (place === undefined) throw new Error('every payment that is remembered is open');
    return { place, number: number + 1 };
  }
}

function isQuestion(asked: CheckedMessage<'authorise' | 'result'>): asked is CheckedMessage<'authorise'> {
  return asked.leaving.kind === 'authorise';
}

function numberOf(record: Uint8Array): number {
  return unsignedFromBytes(record.subarray(NUMBER_AT, SECRET_AT));
}

function isOf(record: Uint8Array, key: Uint8Array): boolean {
  return record[KEY_AT] === key.length && equalBytes(record.subarray(KEY_AT + 1, KEY_AT + 1 + key.length), key);
}

function paymentOf(record: Uint8Array, keyLength: number): Payment {
  const decoded = decodeMessage(record.subarray(KEY_AT + 1 + keyLength));
  const secret = record.slice(SECRET_AT, KEY_AT);
  if (decoded.ok && decoded.message.kind === 'authorise')
    return { kind: 'asked', authorise: decoded.message, secret, isCardDone: record[0] === OPEN_CARD_DONE };
  if (decoded.ok && decoded.message.kind === 'result')
    return { kind: 'told', result: decoded.message, secret, mayBeTriedAgain: false };
  throw new Error('what was remembered of a payment can not be read');
}
