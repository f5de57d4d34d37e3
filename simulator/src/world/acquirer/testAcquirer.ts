/**
 * The other end of a sale, for tests: it opens the envelope as an acquirer does, and decides by the card.
 * The bank behind it verifies the card's cryptogram, and declines what isn't the card's. What a wallet says it puts to the authorisers.
 * Source: docs/reference/tokens.md.   Floor: simulator world.
 * Memory: card data are wiped as soon as the decision is taken; the number is bytes, and never part of an error.
 */

import {
  type AcquirerQuestion,
  type AuthorisationFault,
  type BaseDerivationKey,
  type InquiryFault,
  keptQuestion,
  type OpenEnvelope,
  type ReplayFault,
  signAnswer,
  verifyInquiry,
} from '@comptoir/acquirer';
import type { CardRecord } from '@comptoir/issuer/authorisers';
import {
  ASKS,
  decodeMessage,
  encodeMessage,
  equalBytes,
  findObject,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  TAG_5F34_PAN_SEQUENCE_NUMBER,
  toHex,
} from '@comptoir/protocol';
import { KIND_ACCOUNT, KIND_BANK } from '@comptoir/protocol/wallet';
import { type Acquirer, type CallOptions, type Clock, type SaleEnd, type Settled, systemClock } from '@comptoir/sdk';
import { sha256 } from '@noble/hashes/sha2.js';
import { type BankAnswer, decideAsBank } from '../banks/bankIssuer.js';
import type { IssuerBehaviour } from '../banks/issuerBehaviour.js';
import { issuerBehaviourOf } from '../cards/catalogue.js';
import { DEVELOPMENT_MERCHANT } from '../configuration.js';
import { BankCharges, type Charge, REMEMBERED_MAX } from './bankCharges.js';
import { type Answered, CheckoutSales, type SaleFault, type SaleResult } from './checkoutSales.js';
import type { Authorisers } from './developmentAuthorisers.js';
import { EnvelopesOnce, forgetOldest } from './envelopesOnce.js';
import { type GiveBack, giveBackTo } from './giveBack.js';
import { inTurn } from './inTurn.js';
import { LostCards } from './lostCards.js';
import { numberIn } from './numberIn.js';
import { RefundDesk } from './refundDesk.js';
import { RESPONSE_CODES } from './responseCodes.js';
import { askAuthoriser, type CheckoutAnswer, type CheckoutQuestion } from './walletQuestion.js';

export interface TestAcquirerOptions {
  /** AES-256, of the readers whose envelopes come here. */
  readonly baseDerivationKey: BaseDerivationKey;
  /** How the bank of a card decides. By default as its bank among the authorisers says, or the catalogue. @param number as tag 5A holds it; wiped after the call */
  readonly behaviourOf?: (number: Uint8Array) => IssuerBehaviour;
  /** Of banks that answer late. Default: the system's. */
  readonly clock?: Clock;
  /** Of gift cards, coupons, points and accounts; none: the host takes no baskets. */
  readonly authorisers?: Authorisers;
  /** How the issuer of a profile decides this question, whatever its card or its ledger says; undefined: as they say. @param kind KIND_… */
  readonly overruled?: (kind: number) => 'decline' | 'partial' | undefined;
  /** Whose host it is. Default: the merchant of the development readers. */
  readonly merchant?: string;
}

export interface TestAcquirer extends Required<Acquirer> {
  /** What banks approved, in order; the last `REMEMBERED_MAX`. What a checkout took back is gone. */
  charges(): readonly Charge[];
  /** What banks gave back, in order; the key is that of the charge. The last `REMEMBERED_MAX`. */
  bankRefunds(): readonly Charge[];
  /**
   * An account paid on the web: the sale is known here from now on, and refunded like any other.
   * @param approved minor units @param currency ISO 4217 numeric
   */
  noteOnline(key: string, currency: number, label: string, approved: number, giveBack: GiveBack): void;
  /** Nothing of this card pays any more. */
  reportLost(card: CardRecord): void;
}

export type TestAcquirerFault =
  | AuthorisationFault
  | InquiryFault
  | SaleFault
  /** An inquiry about a question that never came here, or was forgotten. */
  | 'QUESTION_UNKNOWN'
  /** Not one `authorise` or `inquire` message. */
  | 'MESSAGE_WRONG'
  /** The message names another key than the caller. */
  | 'KEY_WRONG'
  /** The reader is another merchant's. */
  | 'MERCHANT_WRONG'
  /** There are no authorisers behind this host, or the merchant has too many nonces. */
  | 'NO_NONCE'
  /** The envelope came before, with another key, or so long ago that nobody knows. */
  | ReplayFault;

/** The host refuses to decide. Nothing was charged by this request. */
export class TestAcquirerError extends Error {
  override readonly name = 'TestAcquirerError';
  readonly fault: TestAcquirerFault;

  constructor(fault: TestAcquirerFault) {
    super(`the request was refused: ${fault}`);
    this.fault = fault;
  }
}

type Authorise = Message<'authorise'>;

/** Undefined question: a reversal or a payment on the web came first. */
interface Decision {
  readonly order: string | undefined;
  readonly question: AcquirerQuestion | undefined;
  readonly answer: CheckoutAnswer;
}

/** How long a bank thinks that answers late. */
export const LATE_MS = 20_000;

/**
 * The card decides, whatever the amount. The same requests get the same answers, as long as
 * they are remembered.
 */
export function createTestAcquirer(options: TestAcquirerOptions): TestAcquirer {
  const { authorisers, merchant = DEVELOPMENT_MERCHANT.merchantIdentifier } = options;
  const {
    behaviourOf = authorisers?.banks.behaviourOf ?? issuerBehaviourOf,
    clock = systemClock,
    overruled = () => undefined,
  } = options;
  /** Keys whose bank does not answer at once. */
  const slow = new Map<string, NonNullable<IssuerBehaviour['answers']>>();
  const decisions = new Map<string, Decision>();
  const envelopes = new EnvelopesOnce(options.baseDerivationKey);
  const money = new BankCharges();
  const reversed = new Set<string>();
  const lost = new LostCards();

  const sales =
    authorisers &&
    new CheckoutSales(authorisers, merchant, (key, isGivenUp) => {
      money.takeBack(key);
      if (isGivenUp) desk.forget(key);
    });
  const desk: RefundDesk = new RefundDesk((key) => {
    const ofCheckout = sales?.stateOf(key);
    if (ofCheckout !== undefined || !decisions.has(key)) return ofCheckout;
    return desk.hasTaken(key) && !reversed.has(key) ? 'stands' : 'void';
  }, REMEMBERED_MAX);

  /** Sales of checkouts may have to ask books that are elsewhere. */
  const turn = inTurn();

  const open = (request: Authorise): OpenEnvelope => {
    const opened = envelopes.open(request);
    if (!opened.ok) throw new TestAcquirerError(opened.fault);
    return opened.envelope;
  };

  const askBank = (request: Authorise): CheckoutAnswer => {
    const { ksn, cardData, wipe } = open(request);
    const number = numberIn(cardData);
    const sequenceNumber = findObject(cardData, TAG_5F34_PAN_SEQUENCE_NUMBER)?.value.slice() ?? NO_BYTES;
    const decision = overruled(KIND_BANK);
    const behaviour = decision === undefined ? behaviourOf(number) : { decision };
    const answer = lost.has(number) ? LOST : decideAsBank(request, cardData, { number, sequenceNumber }, behaviour);
    number.fill(0);
    wipe();
    const { key, amount, currency } = request;
    if (behaviour.answers !== undefined) slow.set(key, behaviour.answers);
    forgetOldest(slow);
    if (!APPROVALS.includes(answer.responseCode)) return answer;
    // A bank that nobody hears has taken nothing: whoever asked gives up, and reverses. A part that a basket didn't ask for is taken back at
    // once: its reader counts it as nothing, and the others of its tenders may stand.
    const isUnasked =
      request.planId !== undefined &&
      request.partial !== 1 &&
      (answer.approvedAmount ?? request.amount) < request.amount;
    if (behaviour.answers !== 'silent' && !isUnasked) {
      const approved = answer.approvedAmount ?? amount;
      money.charge({ key, amount: approved, currency });
      const giveBack: GiveBack = (_, back) => money.refund({ key, amount: back, currency });
      desk.note(request, approved, giveBack);
    }
    return { ...answer, authorisationCode: authorisationCode(key, ksn) };
  };

  /** Never resolves for a key whose bank is silent; rejects with the reason of an abort. */
  const heard = async (key: string, callOptions: CallOptions | undefined): Promise<void> => {
    if (slow.get(key) === 'silent') await aborted(callOptions?.signal);
  };

  const askWallet = async (question: CheckoutQuestion, behind: Authorisers): Promise<CheckoutAnswer> => {
    if (question.merchantIdentifier.trimEnd() !== merchant) throw new TestAcquirerError('MERCHANT_WRONG');
    const { cardData, wipe } = open(question);
    try {
      if (question.asks !== ASKS.balance && overruled(question.profileKind ?? 0) !== undefined) return DECLINED;
      const answer = await askAuthoriser(behind, merchant, question, cardData);
      if (question.asks !== ASKS.balance && APPROVALS.includes(answer.responseCode)) {
        const giveBack = giveBackTo(behind, merchant, question, cardData);
        desk.note(question, answer.approvedAmount ?? question.amount, giveBack);
      }
      return answer;
    } finally {
      wipe();
    }
  };

  const sign = (question: AcquirerQuestion, answer: CheckoutAnswer): Uint8Array =>
    signAnswer(question, answer, { bdk: options.baseDerivationKey });

  const answerTo = async (request: Authorise): Promise<CheckoutAnswer> => {
    const { key, planId, profileKind } = request;
    const earlier = decisions.get(key);
    if (planId !== undefined && authorisers !== undefined && sales !== undefined) {
      if (earlier !== undefined) throw new TestAcquirerError('KEY_REUSED');
      const question = { ...request, planId };
      // An enquiry takes nothing, so it begins no sale.
      if (request.asks === ASKS.balance) return askWallet(question, authorisers);
      const isBank = profileKind === KIND_BANK;
      return turn(async () =>
        decided(await sales.answer(question, () => (isBank ? askBank(request) : askWallet(question, authorisers)))),
      );
    }
    const order = orderOf(request);
    if (earlier !== undefined && earlier.order === order) return earlier.answer;
    const isOvertaken = earlier !== undefined && earlier.order === undefined && reversed.has(key);
    if ((earlier !== undefined && !isOvertaken) || sales?.answered(key) !== undefined)
      throw new TestAcquirerError('KEY_REUSED');
    // A reversal that overtook the question said no already; whose question it is, its envelope proves all the same.
    if (isOvertaken) open(request).wipe();
    const answer = earlier?.answer ?? askBank(request);
    decisions.set(key, { order, question: keptQuestion(request), answer });
    forgetOldest(decisions);
    return answer;
  };

  const answeredUnder = (key: string, transactionToken?: Uint8Array): Answered | undefined => {
    const { question, answer } = decisions.get(key) ?? {};
    if (question === undefined || answer === undefined) return sales?.answered(key, transactionToken);
    const isOther = transactionToken !== undefined && !equalBytes(question.transactionToken, transactionToken);
    return isOther ? undefined : { question, answer };
  };

  const answerToInquiry = (inquiry: Message<'inquire'>): CheckoutAnswer => {
    const verified = verifyInquiry(inquiry, { bdk: options.baseDerivationKey });
    if (!verified.ok) throw new TestAcquirerError(verified.fault);
    const { key, planId, inquiredToken } = inquiry;
    if (planId !== undefined) return { responseCode: UNSETTLED[sales?.endOf(planId) ?? 'open'] };
    const { answer } = answeredUnder(key, inquiredToken) ?? {};
    if (answer === undefined) throw new TestAcquirerError('QUESTION_UNKNOWN');
    return answer;
  };

  const authorise = async (bytes: Uint8Array, key: string): Promise<Uint8Array> => {
    const decoded = decodeMessage(bytes);
    const message = decoded.ok ? decoded.message : undefined;
    if (message?.kind !== 'authorise' && message?.kind !== 'inquire') throw new TestAcquirerError('MESSAGE_WRONG');
    if (message.key !== key) throw new TestAcquirerError('KEY_WRONG');
    return sign(message, message.kind === 'authorise' ? await answerTo(message) : answerToInquiry(message));
  };

  /** Of one card: a basket has more to give back than its bank. */
  const settleCard = (key: string, end: SaleEnd): Settled => {
    if (sales?.answered(key) !== undefined) throw new TestAcquirerError('KEY_REUSED');
    const { order, question, answer } = decisions.get(key) ?? {};
    if (end === 'stands') {
      if (answer === undefined) throw new TestAcquirerError('SALE_UNKNOWN');
      return { end: APPROVALS.includes(answer.responseCode) ? 'stands' : 'void' };
    }
    money.takeBack(key);
    reversed.add(key);
    forgetOldest(reversed);
    // Whatever comes later with this key is no: this may have overtaken it.
    decisions.set(key, { order, question, answer: { responseCode: '05' } });
    forgetOldest(decisions);
    return { end };
  };

  return {
    async authorise(bytes, key, callOptions) {
      callOptions?.signal?.throwIfAborted();
      const answer = await authorise(bytes, key);
      await heard(key, callOptions);
      if (slow.has(key)) await clock.sleep(LATE_MS, callOptions?.signal);
      return answer;
    },
    async status(key, callOptions) {
      callOptions?.signal?.throwIfAborted();
      await heard(key, callOptions);
      const { question, answer } = answeredUnder(key) ?? {};
      if (question !== undefined && answer !== undefined) return sign(question, answer);
      // Nobody asked from a reader, so no reader has anything to check it with.
      const paidOnline = reversed.has(key) ? undefined : decisions.get(key)?.answer;
      return paidOnline === undefined ? null : encodeMessage({ kind: 'complete', key, ...paidOnline, ...UNSIGNED });
    },
    async nonce(callOptions) {
      callOptions?.signal?.throwIfAborted();
      // Whoever begins a sale finds free what nobody ended in time.
      authorisers?.gifts.expireForgotten();
      const [nonce] = authorisers?.accounts.issueNonces(merchant, 1) ?? [];
      if (nonce === undefined || authorisers?.gifts.takeNonce(merchant, nonce) !== true)
        throw new TestAcquirerError('NO_NONCE');
      return nonce;
    },
    async settle(key, planId, end, callOptions) {
      callOptions?.signal?.throwIfAborted();
      if (planId === undefined) return settleCard(key, end);
      if (sales === undefined) throw new TestAcquirerError('SALE_UNKNOWN');
      return turn(async () => decided(await sales.settle(key, planId, end)));
    },
    async sale(key, callOptions) {
      callOptions?.signal?.throwIfAborted();
      const sale = desk.sale(key);
      const heldUntilMs = sales?.heldUntilMs(key);
      return sale === null || heldUntilMs === undefined ? sale : { ...sale, heldUntilMs };
    },
    async refund(order, callOptions) {
      callOptions?.signal?.throwIfAborted();
      return desk.refund(order);
    },
    noteOnline(key, currency, label, approved, giveBack) {
      if (decisions.has(key)) return;
      decisions.set(key, { order: 'online', question: undefined, answer: { responseCode: '00' } });
      forgetOldest(decisions);
      desk.note({ key, profileKind: KIND_ACCOUNT, label, currency }, approved, giveBack);
    },
    charges: () => money.charges,
    bankRefunds: () => money.refunds,
    reportLost: (card) => lost.add(card, authorisers),
  };
}

/** Response codes for a sale that a card holds open; 09: in progress. */
const UNSETTLED = { stands: '00', void: '05', open: '09' } as const;

function decided<T>(result: SaleResult<T>): T {
  if (!result.ok) throw new TestAcquirerError(result.fault);
  return result.value;
}

/** Never resolves. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** 8A: do not honour. */
const DECLINED: CheckoutAnswer = { responseCode: '05' };
/** 8A: pick up. */
const LOST: BankAnswer = { responseCode: RESPONSE_CODES.CARD_BLOCKED };

/** 8A in full and in part. */
const APPROVALS: readonly string[] = ['00', '10'];
/** Of an answer to nobody's question. */
const UNSIGNED = { transactionToken: new Uint8Array(16), answerMac: new Uint8Array(16) };

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
