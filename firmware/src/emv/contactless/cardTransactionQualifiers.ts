/**
 * What kernel 3 makes of the card's answer: the card transaction qualifiers (CTQ, 9F6C) against those of the terminal (TTQ, 9F66).
 * Source: EMV Contactless Book C-3 §5, its sections not verified; the CTQ are in C-3 Annex A.2.   Floor: emv.
 */
import { equalBytes } from '@comptoir/protocol';
import { TRANSACTION_TYPE } from '../data/terminalType.js';
import { isSetIn, TTQ } from './preProcessing.js';

export interface CardAnswer {
  readonly cryptogram: 'TC' | 'ARQC' | 'AAC';
  /** Tag 9F6C, untrusted; no bytes when the card gave none. */
  readonly cardQualifiers: Uint8Array;
  /** Tag 9F69, untrusted; no bytes when the card gave none. */
  readonly relatedData: Uint8Array;
  /** Tag 9F66, as the card had it. */
  readonly terminalQualifiers: Uint8Array;
  readonly authentication: 'ok' | 'none' | 'failed';
  readonly isExpired: boolean;
  readonly isNotYetEffective: boolean;
  readonly transactionType: number;
}

/** How the cardholder was verified, or has to be. */
export type Verification = 'none' | 'onDevice' | 'signature';

type CardDecision =
  | { readonly kind: 'online'; readonly verification: Verification }
  | { readonly kind: 'declined' | 'tryAnotherInterface' | 'cardError'; readonly reason: string };

/** Bits of the CTQ. Online PIN (byte 1, 80) is something that this reader never offers. */
const CTQ = {
  signature: { byte: 1, mask: 0x40 },
  goOnlineIfAuthenticationFails: { byte: 1, mask: 0x20 },
  switchIfAuthenticationFails: { byte: 1, mask: 0x10 },
  goOnlineIfExpired: { byte: 1, mask: 0x08 },
  switchForCash: { byte: 1, mask: 0x04 },
  switchForCashback: { byte: 1, mask: 0x02 },
  verifiedOnDevice: { byte: 2, mask: 0x80 },
} as const;

/** Where the CTQ is repeated in 9F69, which fDDA signs: version 1, unpredictable number 4, CTQ 2. */
const SIGNED_QUALIFIERS_AT = 5;
const QUALIFIERS_BYTES = 2;

export function decideByQualifiers(answer: CardAnswer): CardDecision {
  const { cryptogram, authentication } = answer;
  const wants = (bit: (typeof CTQ)[keyof typeof CTQ]): boolean =>
    ((answer.cardQualifiers[bit.byte - 1] ?? 0) & bit.mask) !== 0;
  if (cryptogram === 'AAC') return declined('DECLINED_BY_CARD');
  // More than was asked for.
  if (cryptogram === 'TC' && isSetIn(answer.terminalQualifiers, TTQ.onlineCryptogramRequired))
    return { kind: 'cardError', reason: 'CRYPTOGRAM_NOT_ASKED_FOR' };
  const isCash = answer.transactionType === TRANSACTION_TYPE.cash && wants(CTQ.switchForCash);
  const isCashback = answer.transactionType === TRANSACTION_TYPE.cashback && wants(CTQ.switchForCashback);
  if (isCash || isCashback) return switched(answer, 'WANTS_CONTACT');
  // A card that approved by itself has to be proven; one that asks its issuer, only if it says it can.
  if (authentication === 'failed' || (authentication === 'none' && cryptogram === 'TC')) {
    const isSwitched = !wants(CTQ.goOnlineIfAuthenticationFails) && wants(CTQ.switchIfAuthenticationFails);
    if (isSwitched) return switched(answer, 'FDDA_FAILED');
    if (!wants(CTQ.goOnlineIfAuthenticationFails)) return declined('FDDA_FAILED');
  }
  // The issuer sees the date of what goes online: it's asked. @see docs/decisions/0035
  if (cryptogram === 'TC' && !wants(CTQ.goOnlineIfExpired)) {
    if (answer.isExpired) return declined('APPLICATION_EXPIRED');
    if (answer.isNotYetEffective) return declined('APPLICATION_NOT_YET_EFFECTIVE');
  }
  return verified(answer, wants(CTQ.verifiedOnDevice), wants(CTQ.signature));
}

function verified(answer: CardAnswer, isOnDevice: boolean, isSigned: boolean): CardDecision {
  const { terminalQualifiers, cryptogram, relatedData, authentication } = answer;
  const isRequired = isSetIn(terminalQualifiers, TTQ.verificationRequired);
  if (isOnDevice && isSetIn(terminalQualifiers, TTQ.onDeviceVerification)) {
    if (relatedData.length > 0 && !isRepeated(answer)) return declined('CTQ_DIFFERS');
    // Without a proof the claim is the issuer's to check, who knows what its card said: of a card that approved by itself it's worth
    // nothing, and a proof that failed proves no holder.
    const isProven = relatedData.length > 0 && authentication === 'ok';
    const isForIssuer = cryptogram === 'ARQC' && (relatedData.length === 0 || authentication === 'none');
    if (isProven || isForIssuer) return { kind: 'online', verification: 'onDevice' };
  }
  const maySign = isSetIn(terminalQualifiers, TTQ.signature);
  const asksNothing = answer.cardQualifiers.length === 0;
  if (maySign && (isSigned || (isRequired && asksNothing))) return { kind: 'online', verification: 'signature' };
  return isRequired ? switched(answer, 'CVM_NEEDED') : { kind: 'online', verification: 'none' };
}

function isRepeated({ relatedData, cardQualifiers }: CardAnswer): boolean {
  const repeated = relatedData.subarray(SIGNED_QUALIFIERS_AT, SIGNED_QUALIFIERS_AT + QUALIFIERS_BYTES);
  return equalBytes(repeated, cardQualifiers);
}

/** To the contacts where the reader has them. */
function switched({ terminalQualifiers }: CardAnswer, reason: string): CardDecision {
  return isSetIn(terminalQualifiers, TTQ.contactChip) ? { kind: 'tryAnotherInterface', reason } : declined(reason);
}

function declined(reason: string): CardDecision {
  return { kind: 'declined', reason };
}
