/**
 * Pre-processing: what the amount means for one combination, before a card is looked at, and the terminal transaction
 * qualifiers (TTQ, 9F66) that say so to the card.
 * Source: EMV Contactless Book B §3.1.1: the numbers .2, .5, .8 and .11 to .13 are as other projects quote them.   Floor: emv.
 */
import {
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F33_TERMINAL_CAPABILITIES,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
  unsignedFromBcd,
} from '@comptoir/protocol';
import type { AcceptedApplication } from '../applicationSelection/candidateList.js';
import { CAUTIOUS, UNLIMITED } from '../data/terminalParameters.js';

/** Bits of the TTQ by byte. @see EMV Contactless Book A §5.7, Table 5-4 */
export const TTQ = {
  magneticStripe: { byte: 1, mask: 0x80 },
  contactChip: { byte: 1, mask: 0x10 },
  onlinePin: { byte: 1, mask: 0x04 },
  signature: { byte: 1, mask: 0x02 },
  authenticationForOnline: { byte: 1, mask: 0x01 },
  onlineCryptogramRequired: { byte: 2, mask: 0x80 },
  verificationRequired: { byte: 2, mask: 0x40 },
  onDeviceVerification: { byte: 3, mask: 0x40 },
} as const;

type TtqBit = (typeof TTQ)[keyof typeof TTQ];

/** @param qualifiers tag 9F66 */
export function isSetIn(qualifiers: Uint8Array, { byte, mask }: TtqBit): boolean {
  return ((qualifiers[byte - 1] ?? 0) & mask) !== 0;
}

type PreProcessed =
  | { readonly kind: 'allowed'; readonly qualifiers: Uint8Array }
  /** Contactless application not allowed. */
  | { readonly kind: 'notAllowed'; readonly reason: 'AMOUNT_OVER_LIMIT' | 'AMOUNT_ZERO' };

interface PreProcessingInput {
  /** Minor units. */
  readonly amount: number;
  /** Tag 9F66 as it's configured, 4 bytes: what the reader can do. */
  readonly qualifiers: Uint8Array;
  /** Tag 9F33. */
  readonly capabilities: Uint8Array;
}

/** Byte 2 of 9F33. */
const CAPABILITY_SIGNATURE = 0x20;
const QUALIFIERS_BYTES = 4;

/** Limits are met from their amount on. @see Book B §3.1.1.5, §3.1.1.8, §3.1.1.12, §3.1.1.13 */
export function preProcess(accepted: AcceptedApplication, input: PreProcessingInput): PreProcessed {
  const { amount } = input;
  const { parameters = CAUTIOUS, contactless = UNLIMITED } = accepted;
  const { transactionLimit, verificationLimit, statusCheckAmount, isZeroAmountAllowed } = contactless;
  if (amount === 0 && !isZeroAmountAllowed) return { kind: 'notAllowed', reason: 'AMOUNT_ZERO' };
  if (transactionLimit !== undefined && amount >= transactionLimit)
    return { kind: 'notAllowed', reason: 'AMOUNT_OVER_LIMIT' };
  const isOnline = amount === 0 || amount === statusCheckAmount || amount >= parameters.floorLimit;
  const isVerified = verificationLimit !== undefined && amount >= verificationLimit;
  return { kind: 'allowed', qualifiers: qualifiersFor(input, isOnline, isVerified) };
}

/** No PIN and no stripe, whatever the configuration says; the second byte is this transaction's alone. */
function qualifiersFor(
  { qualifiers, capabilities }: PreProcessingInput,
  isOnline: boolean,
  isVerified: boolean,
): Uint8Array {
  const signs = ((capabilities[1] ?? 0) & CAPABILITY_SIGNATURE) !== 0;
  const never = TTQ.magneticStripe.mask | TTQ.onlinePin.mask | (signs ? 0 : TTQ.signature.mask);
  const made = new Uint8Array(QUALIFIERS_BYTES);
  made[0] = (qualifiers[0] ?? 0) & ~never;
  made[1] = (isOnline ? TTQ.onlineCryptogramRequired.mask : 0) | (isVerified ? TTQ.verificationRequired.mask : 0);
  made[2] = (qualifiers[2] ?? 0) & TTQ.onDeviceVerification.mask;
  return made;
}

/** Sets 9F66. @returns why the combination is off for this amount; undefined when it isn't */
export function preProcessTransaction(
  terminal: Map<number, Uint8Array>,
  accepted: AcceptedApplication,
): string | undefined {
  const own = (tag: number): Uint8Array => terminal.get(tag) as Uint8Array;
  const result = preProcess(accepted, {
    amount: unsignedFromBcd(own(TAG_9F02_AMOUNT_AUTHORISED)) ?? 0,
    qualifiers: own(TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS),
    capabilities: own(TAG_9F33_TERMINAL_CAPABILITIES),
  });
  if (result.kind === 'notAllowed') return result.reason;
  terminal.set(TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS, result.qualifiers);
  return undefined;
}
