/**
 * Whether an answer is the issuer's: ARPC, by EXTERNAL AUTHENTICATE or in the data of the second GENERATE AC.
 * Source: EMV 4.4 Book 2 §8.2; Book 3 §6.5.4.   Floor: simulator world.
 */
import { equalBytes, latin1FromBytes } from '@comptoir/protocol';
import { type FieldOf, responseCryptogram, rulesOf } from '../../banks/emv/cryptogramVersion.js';
import type { ApplicationContext } from './transaction.js';

export type IssuerVerdict =
  /** Nothing came. */
  { readonly kind: 'silent' } | { readonly kind: 'right'; readonly isApproved: boolean } | { readonly kind: 'wrong' };

const CRYPTOGRAM_BYTES = { 1: 8, 2: 4 } as const;
const DECISION_BYTES = { 1: [2, 2], 2: [4, 12] } as const;
/** Byte 2, bit 8 of the card status update: the issuer approves. @see EMV 4.4 Book 3, card status update (annex not verified) */
const UPDATE_APPROVES = 0x80;
const APPROVAL_CODES: readonly string[] = ['00', '10', '11'];

/**
 * @param data  untrusted, the value of 91
 * @param field the fields of the first cryptogram, and 9F26
 */
export function checkIssuer(
  { application, keys }: ApplicationContext,
  field: FieldOf,
  data: Uint8Array,
): IssuerVerdict {
  if (data.every((byte) => byte === 0)) return { kind: 'silent' };
  const { cryptogramVersion: version } = application;
  const { responseMethod: method } = rulesOf(version);
  const given = data.subarray(0, CRYPTOGRAM_BYTES[method]);
  const decision = data.subarray(given.length);
  const [least, most] = DECISION_BYTES[method];
  if (decision.length < least || decision.length > most) return { kind: 'wrong' };
  if (!equalBytes(responseCryptogram(version, keys.cryptogram, field, decision), given)) return { kind: 'wrong' };
  const isApproved =
    method === 1 ? APPROVAL_CODES.includes(latin1FromBytes(decision)) : ((decision[1] ?? 0) & UPDATE_APPROVES) !== 0;
  return { kind: 'right', isApproved };
}
