/**
 * The firmware as the targets run it: one text, known by its SHA-256.
 * Floor: simulator.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { scriptSha256 } from './targets/target.js';

export interface FirmwareText {
  readonly script: string;
  /** Upper-case hexadecimal. */
  readonly sha256: string;
}

/** @param entry which of the two bundles of `@comptoir/firmware` */
export async function loadFirmwareText(entry: 'reader' | 'vectors'): Promise<FirmwareText> {
  const path = createRequire(import.meta.url).resolve(`@comptoir/firmware/${entry}.js`);
  const script = await readFile(path, 'utf8');
  return { script, sha256: scriptSha256(script) };
}
