/**
 * Applications that may pay what is due: bank and account profiles against what the merchant accepts.
 * Source: SEL-1 steps 8 and 9; Book B §3.3.2.5 for kernels.   Floor: selection.
 */
import { equalBytes, NO_BYTES, startsWithBytes } from '@comptoir/protocol';
import {
  CONFIRMATION_UNAVAILABLE,
  CURRENCY_MISMATCH,
  CUSTOMER_DECLINED,
  CVM_REQUIRED,
  EXPIRED,
  KIND_ACCOUNT,
  KIND_BANK,
  MALFORMED_ADF,
  NOT_ACCEPTED,
  OVER_CTLS_LIMIT,
} from '@comptoir/protocol/wallet';
import { isApplicationIdentifier } from '../emv/applicationSelection/candidateList.js';
import { defaultKernel } from '../emv/contactless/kernelIdentifier.js';
import { CONTRADICTED } from './card.js';
import type { Combination } from './merchantPolicy.js';
import { isExpired, isForOthers, isReduced, profilesOf, type SelectionState } from './selection.js';

/** An application, and the brand that it pays with. */
export interface Candidate {
  readonly profile: number;
  readonly brand: string;
}

/** True for the profile, or a profile of the brand, that the payer named. */
export function isNamed({ sale }: SelectionState, { profile, brand }: Candidate): boolean {
  return profile === sale.payer.profile || brand === sale.payer.brand;
}

/** Bit 8 of tag 87. */
const CONFIRMATION_BIT = 0x80;

/** Combinations that the amount due leaves on: all of them with contacts. */
export function combinationsOn({ policy, sale, due }: SelectionState): readonly Combination[] {
  return policy.accepts.filter(
    ({ contactlessLimit }) => !sale.isContactless || contactlessLimit === undefined || contactlessLimit > due,
  );
}

/** @returns candidates in card order; the others get their reason */
export function findCandidates(state: SelectionState, on: readonly Combination[]): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const profile of profilesOf(state, KIND_BANK, KIND_ACCOUNT)) {
    const accepted = on.find((combination) => matches(state, profile, combination));
    const reason = reasonAgainst(state, profile, accepted);
    state.reasons[profile] = reason;
    // A card without a wallet names no brands: then it's that of what the merchant accepts.
    const brand = state.card.profiles[profile]?.brand ?? accepted?.brand ?? '';
    if (reason === 0) candidates.push({ profile, brand });
  }
  return candidates;
}

/** @param accepted the first combination that matches @returns the first reason that applies, 0 for none */
function reasonAgainst(state: SelectionState, profile: number, accepted: Combination | undefined): number {
  const { policy, sale, card, due } = state;
  const { aid, kind, currency, isHolderVerified } = card.profiles[profile] ?? {};
  if (isReduced(state, profile)) return NOT_ACCEPTED;
  if (isExpired(state, profile)) return EXPIRED;
  if (sale.payer.declined.includes(profile)) return CUSTOMER_DECLINED;
  if (isForOthers(state, profile)) return NOT_ACCEPTED;
  if (!isApplicationIdentifier(aid) || card.priorities[profile] === CONTRADICTED) return MALFORMED_ADF;
  if (kind === KIND_ACCOUNT && currency !== undefined && currency !== policy.currency) return CURRENCY_MISMATCH;
  if (accepted === undefined) {
    return policy.accepts.some((combination) => matches(state, profile, combination)) ? OVER_CTLS_LIMIT : NOT_ACCEPTED;
  }
  if (!sale.isContactless) {
    return needsConfirmation(state, profile) && !sale.canConfirm ? CONFIRMATION_UNAVAILABLE : 0;
  }
  const { verificationLimit } = accepted;
  const isOver = verificationLimit !== undefined && due >= verificationLimit;
  return isOver && isHolderVerified !== true ? CVM_REQUIRED : 0;
}

/** Contactless ignores the bit. */
export function needsConfirmation({ card, sale }: SelectionState, profile: number): boolean {
  return !sale.isContactless && ((card.priorities[profile] ?? 0) & CONFIRMATION_BIT) !== 0;
}

function matches({ card, sale }: SelectionState, profile: number, combination: Combination): boolean {
  const { aid = NO_BYTES, kernel } = card.profiles[profile] ?? {};
  if (!sale.isContactless && combination.isExact === true) return equalBytes(aid, combination.aid);
  if (!startsWithBytes(aid, combination.aid)) return false;
  const wanted = kernel ?? defaultKernel(aid);
  return !sale.isContactless || wanted === 0 || wanted === (combination.kernel ?? defaultKernel(combination.aid));
}
