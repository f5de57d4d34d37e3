/**
 * The images for the Raspberry Pi Pico, as `npm run firmware` builds them.
 * Floor: simulator machine.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readUf2, type Segment } from '@comptoir/factory';
import { toHex } from '@comptoir/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import { repositoryFile } from '../repositoryFile.js';

/** The reader; the dynamic card; and the entry for vectors and the engine's own tests, which are never published. */
export type PicoImageName = 'comptoir' | 'comptoir-card' | 'comptoir-vectors' | 'comptoir-probe';

export interface PicoImage {
  readonly segments: readonly Segment[];
  /** Of the file, upper-case hexadecimal. */
  readonly sha256: string;
  /** For starts of the chip with this image that are kept. */
  readonly folder?: string;
}

const IMAGES = 'firmware/port/build/pico';

/** Tells what to do about it. */
export class ImageMissingError extends Error {
  override readonly name = 'ImageMissingError';
}

/** @throws ImageMissingError when it wasn't built */
export function loadPicoImage(name: PicoImageName): PicoImage {
  const path = repositoryFile(`${IMAGES}/${name}.uf2`);
  if (path === undefined)
    throw new ImageMissingError(`There is no ${IMAGES}/${name}.uf2: run \`npm run firmware\` in the repository.`);
  return { ...readPicoImage(readFileSync(path)), folder: join(dirname(path), 'booted') };
}

/** @param file a UF2 file */
export function readPicoImage(file: Uint8Array): PicoImage {
  return { segments: readUf2(file), sha256: toHex(sha256(file)) };
}
