/**
 * The other end of a sale, for tests: it opens the envelope as an acquirer does, and decides by the card.
 * It verifies the cryptograms of dynamic cards (version C1 in 9F10), and declines what isn't theirs. The other software cards make none
 * that an issuer could verify.
 * Source: docs/reference/tokens.md.   Floor: simulator.
 * Memory: card data are wiped as soon as the decision is taken; the number is bytes, and never part of an error.
 */
import {
  decodeMessage,
  decodeTlv,
  encodeMessage,
  INTERFACE,
  latin1ToBytes,
  type Message,
  toHex,
} from '@comptoir/protocol';
import type { PaymentHost } from '@comptoir/sdk';
import { type AuthorisationFault, type BaseDerivationKey, verifyAuthorisation } from '@comptoir/sdk/acquirer';
import { sha256 } from '@noble/hashes/sha2.js';
import { issuerDeclines } from '../cards/catalogue.js';
import { isOurCryptogram, verifyCardCryptogram } from './cardCryptogram.js';
import { numberIn } from './numberIn.js';

export interface TestHostOptions {
  /** AES-256, of the readers whose envelopes come here. */
  readonly baseDerivationKey: BaseDerivationKey;
  /** Which cards get 05. By default the catalogue's. @param number as tag 5A holds it; wiped after the call */
  readonly declines?: (number: Uint8Array) => boolean;
}

/**
 * So many keys, key serial numbers and charges are remembered, the latest: a reader may run for weeks. A key that is
 * older than that is unknown again.
 */
export const REMEMBERED_MAX = 1000;

/** Money that moved. */
export interface Charge {
  readonly key: string;
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217 numeric. */
  readonly currency: number;
}

export interface TestHost extends PaymentHost {
  /** One for each key that was approved, in order; the last `REMEMBERED_MAX`. */
  charges(): readonly Charge[];
}

export type TestHostFault =
  | AuthorisationFault
  /** Not one `authorise` message. */
  | 'MESSAGE_WRONG'
  /** The message names another key than the caller. */
  | 'KEY_WRONG'
  /** The key was used before for another amount, currency or terminal. */
  | 'KEY_REUSED'
  /** The envelope came before, with another key. */
  | 'KSN_REUSED';

/** The host refuses to decide. Nothing was charged by this request. */
export class TestHostError extends Error {
  override readonly name = 'TestHostError';
  readonly fault: TestHostFault;

  constructor(fault: TestHostFault) {
    super(`the request was refused: ${fault}`);
    this.fault = fault;
  }
}

type Authorise = Message<'authorise'>;

interface Decision {
  readonly order: string;
  readonly answer: Uint8Array;
}

/**
 * A card that isn't declined is approved in full, whatever the amount. The same requests get the same answers, as long as
 * they are remembered.
 */
export function createTestHost(options: TestHostOptions): TestHost {
  const declines = options.declines ?? issuerDeclines;
  const decisions = new Map<string, Decision>();
  const seenKsns = new Set<string>();
  const charges: Charge[] = [];

  const decide = (request: Authorise): Uint8Array => {
    const verified = verifyAuthorisation(request, { bdk: options.baseDerivationKey });
    if (!verified.ok) throw new TestHostError(verified.fault);
    const { ksn, cardData, wipe } = verified.envelope;
    const serialNumber = toHex(ksn);
    if (seenKsns.has(serialNumber)) {
      wipe();
      throw new TestHostError('KSN_REUSED');
    }
    seenKsns.add(serialNumber);
    forgetOldest(seenKsns);
    const number = numberIn(cardData);
    wipe();
    const isDeclined = !isOfCard(request, number) || declines(number);
    number.fill(0);
    const { key, amount, currency, transactionToken } = request;
    if (isDeclined) return encodeMessage({ kind: 'complete', key, responseCode: '05', transactionToken });
    charges.push({ key, amount, currency });
    if (charges.length > REMEMBERED_MAX) charges.shift();
    const code = authorisationCode(key, ksn);
    return encodeMessage({ kind: 'complete', key, responseCode: '00', authorisationCode: code, transactionToken });
  };

  const authorise = (bytes: Uint8Array, key: string): Uint8Array => {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok || decoded.message.kind !== 'authorise') throw new TestHostError('MESSAGE_WRONG');
    const request = decoded.message;
    if (request.key !== key) throw new TestHostError('KEY_WRONG');
    const order = orderOf(request);
    const earlier = decisions.get(key);
    if (earlier !== undefined) {
      if (earlier.order !== order) throw new TestHostError('KEY_REUSED');
      return earlier.answer.slice();
    }
    const answer = decide(request);
    decisions.set(key, { order, answer });
    forgetOldest(decisions);
    return answer.slice();
  };

  return {
    async authorise(bytes, key, callOptions) {
      callOptions?.signal?.throwIfAborted();
      return authorise(bytes, key);
    },
    async status(key, callOptions) {
      callOptions?.signal?.throwIfAborted();
      return decisions.get(key)?.answer.slice() ?? null;
    },
    charges: () => [...charges],
  };
}

/** @param remembered Map or Set: they keep the order in which their keys came */
function forgetOldest(remembered: Map<string, unknown> | Set<string>): void {
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
}

/** Whether the cryptogram is that of the card with this number, as far as an issuer can tell. */
function isOfCard({ emvData, applicationIdentifier, usedInterface }: Authorise, number: Uint8Array): boolean {
  const decoded = decodeTlv(emvData);
  if (!decoded.ok || !isOurCryptogram(decoded.objects)) return true;
  const on = usedInterface === INTERFACE.contact ? 'contact' : 'contactless';
  return verifyCardCryptogram(decoded.objects, number, applicationIdentifier, on);
}

/** What must not change when a key comes again. */
function orderOf({ amount, currency, merchantIdentifier, terminalIdentification }: Authorise): string {
  return [amount, currency, merchantIdentifier, terminalIdentification].join('|');
}

const CODE_ALPHABET = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** 6 characters that follow from key and KSN. */
function authorisationCode(key: string, ksn: Uint8Array): string {
  const hash = sha256(latin1ToBytes(`${toHex(ksn)}|${key}`));
  return Array.from(hash.subarray(0, 6), (byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length)).join('');
}
