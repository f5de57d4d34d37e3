/**
 * Answers to reset of software cards: EMV's basic ones, for T=0 and T=1.
 * Source: EMV 4.4 Book 1 §8.2.   Floor: simulator machine.
 */

/** How a card speaks with a slot. */
export interface SlotProtocol {
  readonly protocol: 0 | 1;
  /** Inverse convention. Default: direct. */
  readonly isInverse?: boolean;
  /** Bit rate adjustment factor D, in specific mode. Default 1, and no TA1. */
  readonly rate?: 1 | 2 | 4;
  /** T=1: the longest information field that the card takes. Default 254. */
  readonly blockBytes?: number;
}

/** @param historical up to 15 bytes */
export function encodeAnswerToReset(
  { protocol, isInverse = false, rate = 1, blockBytes = 254 }: SlotProtocol,
  historical: readonly number[] = [],
): Uint8Array {
  const isSpecific = rate !== 1;
  const ta1 = isSpecific ? [rate === 2 ? 0x12 : 0x13] : [];
  const ta2 = isSpecific ? [protocol] : [];
  // BWI 4, CWI 5: a model needn't be fast.
  const ofT1 = [blockBytes, 0x45];
  const td1 = protocol === 0 ? 0x10 : isSpecific ? 0x91 : 0x81;
  const groups = [...ta1, 0x00, 0x00];
  if (protocol === 1) groups.push(td1, ...ta2, 0x31, ...ofT1);
  else if (isSpecific) groups.push(td1, ...ta2);
  const hasTd1 = protocol === 1 || isSpecific;
  const t0 = 0x60 | (isSpecific ? 0x10 : 0) | (hasTd1 ? 0x80 : 0) | historical.length;
  const body = [t0, ...groups, ...historical];
  const check = protocol === 1 ? [body.reduce((sum, byte) => sum ^ byte, 0)] : [];
  return Uint8Array.of(isInverse ? 0x3f : 0x3b, ...body, ...check);
}
