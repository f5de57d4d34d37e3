/** The reader's text, broken on purpose: for the tests that must notice it. */
import { expect } from 'vitest';
import { type FirmwareText, loadFirmwareText } from '../../src/machine/firmwareText.js';

/** @param replacements pieces of the text, each with what takes its place; each must be there once */
export async function brokenFirmware(replacements: readonly (readonly [string, string])[]): Promise<FirmwareText> {
  const { script, sha256 } = await loadFirmwareText('reader');
  const changed = replacements.reduce((text, [from, to]) => {
    expect(text.split(from).length, from).toBe(2);
    return text.replace(from, to);
  }, script);
  return { script: changed, sha256 };
}
