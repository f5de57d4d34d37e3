/**
 * Terminal Verification Results (tag 95) and Transaction Status Information (tag 9B): bytes of bits, of which these are
 * set here.
 * Source: EMV 4.4 Book 3 Annex C5, Table 46; Annex C6, Table 47.   Floor: emv.
 */
import { TAG_9B_TRANSACTION_STATUS_INFORMATION, TAG_95_TERMINAL_VERIFICATION_RESULTS } from '@comptoir/protocol';

export interface TerminalBit {
  /** As the book counts: 1 is the first. */
  readonly byte: number;
  readonly mask: number;
}

export const TVR = {
  offlineDataAuthenticationNotPerformed: { byte: 1, mask: 0x80 },
  sdaFailed: { byte: 1, mask: 0x40 },
  iccDataMissing: { byte: 1, mask: 0x20 },
  ddaFailed: { byte: 1, mask: 0x08 },
  cdaFailed: { byte: 1, mask: 0x04 },
  sdaSelected: { byte: 1, mask: 0x02 },
  applicationVersionsDiffer: { byte: 2, mask: 0x80 },
  expiredApplication: { byte: 2, mask: 0x40 },
  applicationNotYetEffective: { byte: 2, mask: 0x20 },
  serviceNotAllowed: { byte: 2, mask: 0x10 },
  newCard: { byte: 2, mask: 0x08 },
  cardholderVerificationNotSuccessful: { byte: 3, mask: 0x80 },
  unrecognisedCvm: { byte: 3, mask: 0x40 },
  pinRequiredNoPinPad: { byte: 3, mask: 0x10 },
  floorLimitExceeded: { byte: 4, mask: 0x80 },
  lowerConsecutiveOfflineLimitExceeded: { byte: 4, mask: 0x40 },
  upperConsecutiveOfflineLimitExceeded: { byte: 4, mask: 0x20 },
  selectedRandomly: { byte: 4, mask: 0x10 },
  issuerAuthenticationFailed: { byte: 5, mask: 0x40 },
  scriptFailedBeforeFinalCryptogram: { byte: 5, mask: 0x20 },
  scriptFailedAfterFinalCryptogram: { byte: 5, mask: 0x10 },
  // Kernel 2 alone: in the others' byte the bits are reserved. @see C-2 Annex A, TVR
  relayThresholdExceeded: { byte: 5, mask: 0x08 },
  relayTimeLimitsExceeded: { byte: 5, mask: 0x04 },
  relayResistancePerformed: { byte: 5, mask: 0x02 },
  relayResistanceNotPerformed: { byte: 5, mask: 0x01 },
} as const;

export const TSI = {
  offlineDataAuthenticationPerformed: { byte: 1, mask: 0x80 },
  cardholderVerificationPerformed: { byte: 1, mask: 0x40 },
  cardRiskManagementPerformed: { byte: 1, mask: 0x20 },
  issuerAuthenticationPerformed: { byte: 1, mask: 0x10 },
  terminalRiskManagementPerformed: { byte: 1, mask: 0x08 },
  scriptProcessingPerformed: { byte: 1, mask: 0x04 },
} as const;

export const TVR_BYTES = 5;
export const TSI_BYTES = 2;

/** Sets bits of tag 95. @param terminal the reader's own data objects, with tag 95 among them */
export function setTvr(terminal: ReadonlyMap<number, Uint8Array>, ...bits: readonly TerminalBit[]): void {
  setBits(terminal.get(TAG_95_TERMINAL_VERIFICATION_RESULTS), bits);
}

/** Sets bits of tag 9B. @param terminal the reader's own data objects, with tag 9B among them */
export function setTsi(terminal: ReadonlyMap<number, Uint8Array>, ...bits: readonly TerminalBit[]): void {
  setBits(terminal.get(TAG_9B_TRANSACTION_STATUS_INFORMATION), bits);
}

function setBits(value: Uint8Array | undefined, bits: readonly TerminalBit[]): void {
  if (value === undefined) throw new Error('the terminal data lacks TVR or TSI');
  for (const { byte, mask } of bits) value[byte - 1] = (value[byte - 1] ?? 0) | mask;
}
