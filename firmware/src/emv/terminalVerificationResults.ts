/**
 * Terminal Verification Results (tag 95): five bytes of bits, of which these are set so far.
 * Source: EMV 4.4 Book 3 Annex C5, Table 46.   Floor: emv; imports nothing.
 */
export interface TvrBit {
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
} as const;

export const TVR_BYTES = 5;

/** Sets the bits in place. */
export function setTvr(tvr: Uint8Array, ...bits: readonly TvrBit[]): void {
  for (const { byte, mask } of bits) tvr[byte - 1] = (tvr[byte - 1] ?? 0) | mask;
}
