/**
 * The image that a simulated reader leaves the factory with: its body is the firmware's text.
 * Floor: simulator.
 */
import { latin1ToBytes } from '@comptoir/protocol';
import { MODEL, SLOT } from '@comptoir/protocol/image';
import { signImage } from '@comptoir/sdk/release';
import { knownKeys } from './knownKeys.js';

/** 0.1.0 */
const FACTORY_VERSION = 0x00010000;

/** Most simulations of a process run the same text. */
let last: { readonly script: string; readonly image: Uint8Array } | undefined;

/** @param script ASCII, as the bundles are; never changed afterwards */
export function factoryImage(script: string): Uint8Array {
  if (last?.script !== script) {
    const description = { slot: SLOT.A, model: MODEL.simulated, version: FACTORY_VERSION, loadAddress: 0 };
    last = { script, image: signImage(latin1ToBytes(script), description, knownKeys().slice(0, 2)) };
  }
  return last.image;
}
