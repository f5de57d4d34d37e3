/** Update packages for simulated readers. */

import { developmentReleaseKeys, type ImageDescription, type ReleaseKey, signImage } from '@comptoir/factory';
import { encodeUpdatePackage, MODEL } from '@comptoir/protocol/image';
import { type FirmwareText, loadFirmwareText } from '../../../src/machine/firmwareText.js';

const keys = developmentReleaseKeys().slice(0, 2);

/** The same script for both slots. */
export function packageOf(
  script: string,
  version: number,
  more: Partial<ImageDescription> = {},
  signers: readonly ReleaseKey[] = keys,
): Uint8Array {
  const description = { model: MODEL.simulated, version, loadAddress: 0, ...more };
  const body = new TextEncoder().encode(script);
  return encodeUpdatePackage([0, 1].map((slot) => signImage(body, { ...description, slot }, signers)));
}

export const text: FirmwareText = await loadFirmwareText('reader');
