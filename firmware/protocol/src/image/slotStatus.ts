/**
 * What the board says about its slots.
 *
 *   offset  size
 *   0       1   slot that runs: 0 A, 1 B
 *   1       1   0 confirmed, 1 on trial
 *   2       1   starts left of the trial
 *   3       1   0
 *   4       4   least security version that is accepted, little endian
 *
 * Floor: protocol.
 */
export const SLOT_STATUS_BYTES = 8;

export interface SlotStatus {
  /** A value of `SLOT`. */
  readonly slot: number;
  readonly isOnTrial: boolean;
  /** Starts after which the old image comes back, unless this one is confirmed. 0 when it's not on trial. */
  readonly trialStartsLeft: number;
  readonly minSecurityVersion: number;
}

export function encodeSlotStatus(status: SlotStatus): Uint8Array {
  const bytes = new Uint8Array(SLOT_STATUS_BYTES);
  bytes.set([status.slot, status.isOnTrial ? 1 : 0, status.trialStartsLeft]);
  new DataView(bytes.buffer).setUint32(4, status.minSecurityVersion, true);
  return bytes;
}

/** @param bytes untrusted @returns undefined when they aren't eight, or the slot or the state is unknown */
export function decodeSlotStatus(bytes: Uint8Array): SlotStatus | undefined {
  const [slot = 0, state = 0, trialStartsLeft = 0] = bytes;
  if (bytes.length !== SLOT_STATUS_BYTES || slot > 1 || state > 1) return undefined;
  const minSecurityVersion = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  return { slot, isOnTrial: state === 1, trialStartsLeft, minSecurityVersion };
}
