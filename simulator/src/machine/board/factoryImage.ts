/**
 * The image that a simulated reader leaves the factory with: its body is the firmware's text.
 * Floor: simulator machine.
 */

import { signImage } from '@comptoir/factory';
import { MODEL, SLOT } from '@comptoir/protocol/image';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { knownKeys } from './keys/knownKeys.js';

/** 0.1.0 */
const FACTORY_VERSION = 0x00010000;

/** Most simulations of a process run the same text. */
let last: { readonly script: string; readonly image: Uint8Array } | undefined;

/** @param script its UTF-8 bytes are the body */
export function factoryImage(script: string): Uint8Array {
  if (last?.script !== script) {
    const description = { slot: SLOT.A, model: MODEL.simulated, version: FACTORY_VERSION, loadAddress: 0 };
    last = { script, image: signImage(utf8ToBytes(script), description, knownKeys().slice(0, 2)) };
  }
  return last.image;
}
