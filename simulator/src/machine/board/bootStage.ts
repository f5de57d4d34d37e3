/**
 * The boot stage of a simulated reader: decides at each start which slot runs, by the rules of the one on the chip.
 * Source: docs/explanation/boot-and-update.md.   Floor: simulator machine.
 */

import { verifyImage } from '@comptoir/factory';
import { decodeImage, type Image, imageBytes } from '@comptoir/protocol/image';
import { knownKeys } from './keys/knownKeys.js';
import { SLOT_BYTES, type SlotMemory } from './slotMemory.js';

/** Starts that an image on trial gets to prove itself. */
const TRIAL_STARTS = 3;

/** @returns the slot that runs, or undefined when no slot holds an image that may: the reader waits to be recovered */
export function startSlot(memory: SlotMemory): number | undefined {
  const { records } = memory;
  if (memory.isAsMade) return records.confirmed;
  const { confirmed, next, minSecurityVersion } = records;
  const other = 1 - confirmed;
  const startsLeft = next.kind === 'pending' ? TRIAL_STARTS : next.kind === 'trial' ? next.startsLeft : 0;
  if (startsLeft > 0 && goodImage(memory, other) !== undefined) {
    memory.records = { ...records, next: { kind: 'trial', startsLeft: startsLeft - 1 } };
    return other;
  }
  if (next.kind !== 'confirmed') memory.records = { ...records, next: { kind: 'confirmed' } };
  if (goodImage(memory, confirmed) !== undefined) return confirmed;
  const image = goodImage(memory, other);
  if (image === undefined || image.header.securityVersion < minSecurityVersion) return undefined;
  memory.records = { confirmed: other, next: { kind: 'confirmed' }, minSecurityVersion };
  return other;
}

/** The image in a slot, if it's whole and signed. */
export function goodImage(memory: SlotMemory, slot: number): Image | undefined {
  const result = decodeImage(imageBytes(memory.read(slot, 0, SLOT_BYTES)));
  if (!result.ok || result.image.header.slot !== slot) return undefined;
  return verifyImage(result.image, knownKeys()) === undefined ? result.image : undefined;
}
