/**
 * The firmware as the targets run it: one text, known by its SHA-256.
 * Floor: simulator machine.
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

const texts = new Map<string, Promise<FirmwareText>>();

/** Read once: a text of 320 kB that each reader had for itself was a third of what it held. @param entry which of the bundles of `@comptoir/firmware` */
export function loadFirmwareText(entry: 'reader' | 'vectors'): Promise<FirmwareText> {
  const text = texts.get(entry) ?? readFile(pathOf(entry), 'utf8').then(textOf);
  texts.set(entry, text);
  return text;
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
