/**
 * What the two slots keep without power: NOR flash, where programming only clears bits and a sector is erased whole, and the
 * records of the boot stage, each of which is written whole or not at all.
 * Floor: simulator machine.
 */
import { BODY_BYTES_MAX, CHUNK_BYTES, MANIFEST_BYTES } from '@comptoir/protocol/image';

export const SLOT_BYTES: number = MANIFEST_BYTES + BODY_BYTES_MAX;
export const SECTOR_BYTES: number = CHUNK_BYTES;

/** What runs at the next start. */
type NextStart =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'trial'; readonly startsLeft: number };

interface SlotRecords {
  /** The slot that runs when nothing is on trial: 0 A, 1 B. */
  readonly confirmed: number;
  /** `pending` and `trial` are about the other slot. */
  readonly next: NextStart;
  readonly minSecurityVersion: number;
}

export interface SlotMemory {
  records: SlotRecords;
  /** Nothing was erased or programmed yet: slot A holds what the factory put there. */
  readonly isAsMade: boolean;
  /** A view. */
  read(slot: number, offset: number, length: number): Uint8Array;
  /** @param offset of a sector */
  erase(slot: number, offset: number): void;
  /** Takes sectors that were not erased, too, and clears what can be cleared. */
  program(slot: number, offset: number, bytes: Uint8Array): void;
}

/** A reader as it leaves the factory. @param factoryImage for slot A, made when it's needed */
export function createSlotMemory(factoryImage: () => Uint8Array): SlotMemory {
  let isAsMade = true;
  const slots: (Uint8Array | undefined)[] = [undefined, undefined];

  function slotBytes(slot: number): Uint8Array {
    const known = slots[slot];
    if (known !== undefined) return known;
    const bytes = new Uint8Array(SLOT_BYTES).fill(0xff);
    if (slot === 0) bytes.set(factoryImage());
    slots[slot] = bytes;
    return bytes;
  }
  return {
    records: { confirmed: 0, next: { kind: 'confirmed' }, minSecurityVersion: 0 },
    get isAsMade() {
      return isAsMade;
    },
    read: (slot, offset, length) => slotBytes(slot).subarray(offset, offset + length),
    erase(slot, offset) {
      isAsMade = false;
      slotBytes(slot).fill(0xff, offset, offset + SECTOR_BYTES);
    },
    program(slot, offset, bytes) {
      isAsMade = false;
      const flash = slotBytes(slot);
      for (const [index, byte] of bytes.entries()) flash[offset + index] = (flash[offset + index] as number) & byte;
    },
  };
}
