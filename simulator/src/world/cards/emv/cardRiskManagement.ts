/**
 * What the card itself decides: which cryptogram it gives, whatever it is asked.
 * Source: EMV 4.4 Book 3 §10.8, §10.11.   Floor: simulator world.
 */
import { latin1FromBytes } from '@comptoir/protocol';
import type { CardVerificationResults } from '../../banks/emv/issuerApplicationData.js';
import type { CardProfile } from '../personalisation/cardProfile.js';
import type { IssuerVerdict } from './issuerAuthentication.js';
import type { ApplicationMemory } from './transaction.js';

/** Of a terminal that did not get through to the issuer. @see EMV 4.4 Book 4 Annex A6 */
const UNABLE_TO_GO_ONLINE: readonly string[] = ['Y3', 'Z3'];

/** A card never says more than it was asked, and goes online unless it has limits and is below the lower one. */
export function firstCryptogram(
  asked: CardVerificationResults['first'],
  { declinesOffline }: CardProfile,
  { isBlocked, limits, consecutiveOffline }: ApplicationMemory,
): CardVerificationResults['first'] {
  if (declinesOffline || isBlocked || asked === 'AAC') return 'AAC';
  const mayApprove = limits !== undefined && consecutiveOffline < limits.lower;
  return asked === 'TC' && mayApprove ? 'TC' : 'ARQC';
}

/** @param responseCode 8A */
export function secondCryptogram(
  asked: 'AAC' | 'TC',
  responseCode: Uint8Array,
  issuer: IssuerVerdict,
  { declinesOffline }: CardProfile,
  { isBlocked, limits, consecutiveOffline }: ApplicationMemory,
): 'AAC' | 'TC' {
  if (declinesOffline || isBlocked || asked === 'AAC') return 'AAC';
  if (issuer.kind === 'wrong' || (issuer.kind === 'right' && !issuer.isApproved)) return 'AAC';
  const isOffline = UNABLE_TO_GO_ONLINE.includes(latin1FromBytes(responseCode));
  if (isOffline && limits !== undefined && consecutiveOffline >= limits.upper) return 'AAC';
  return 'TC';
}
