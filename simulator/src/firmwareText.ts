/**
 * The firmware as the targets run it: one text, known by its SHA-256.
 * Floor: simulator.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { scriptSha256 } from './targets/target.js';

export interface FirmwareText {
  readonly script: string;
  /** Upper-case hexadecimal. */
  readonly sha256: string;
}

/** @param entry which of the bundles of `@comptoir/firmware` */
export async function loadFirmwareText(entry: 'reader' | 'vectors'): Promise<FirmwareText> {
  return textOf(await readFile(pathOf(entry), 'utf8'));
}

let cardText: FirmwareText | undefined;

/** The script of the dynamic card, read once. */
export function loadCardText(): FirmwareText {
  cardText ??= textOf(readFileSync(pathOf('dynamicCard'), 'utf8'));
  return cardText;
}

function pathOf(entry: string): string {
  return createRequire(import.meta.url).resolve(`@comptoir/firmware/${entry}.js`);
}

function textOf(script: string): FirmwareText {
  return { script, sha256: scriptSha256(script) };
}
