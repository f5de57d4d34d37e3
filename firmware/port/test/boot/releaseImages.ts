/** Signed images for the boot library's tests, laid out as on the Pico or as small as bootPowerCuts.c has its flash. */

import { readFileSync } from 'node:fs';
import { seededBytes } from '@comptoir/crypto/seed';
import { developmentReleaseKeys, type ImageDescription, type ReleaseKey, signImage } from '@comptoir/factory';
import { MODEL, SLOT, type SlotName } from '@comptoir/protocol/image';

export const FLASH_START = 0x10000000;
const MANIFEST_BYTES = 12_288;

/** firmware/port/boards/pico/flashLayout.h */
export function flashLayout(): Readonly<Record<string, number>> {
  const text = readFileSync(new URL('../../boards/pico/flashLayout.h', import.meta.url), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^#define (\w+) (\w+)$/gm)].map(([, name, value]) => [name as string, Number(value)]),
  );
}

export interface MadeImage extends Partial<ImageDescription> {
  readonly in: SlotName;
  readonly major: number;
  readonly length?: number;
  readonly slotOffset?: number;
  readonly signers?: readonly ReleaseKey[];
}

/** For the Pico, version `major`.0.0, security version 1, signed by the first two keys, unless told otherwise. */
export function madeImage({ in: slot, major, length = 5_000, slotOffset, signers, ...description }: MadeImage): Buffer {
  const offset = slotOffset ?? flashLayout()[`FLASH_SLOT_${slot}_OFFSET`] ?? 0;
  const body = seededBytes(`body ${slot} ${major}`)(length);
  const whole: ImageDescription = {
    slot: SLOT[slot],
    model: MODEL.pico,
    version: major * 0x1000000,
    securityVersion: 1,
    loadAddress: FLASH_START + offset + MANIFEST_BYTES,
    ...description,
  };
  return Buffer.from(signImage(body, whole, signers ?? developmentReleaseKeys().slice(0, 2)));
}
