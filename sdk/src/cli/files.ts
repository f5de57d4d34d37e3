/**
 * Files that a person names: what can't be read or written is told in one sentence.
 * Floor: sdk cli.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ReaderError } from '../index.js';

/** A wrong call of the command: exit code 2. */
export function refusal(message: string, cause?: unknown): ReaderError {
  const recovery = { do: 'fix-code', message: 'Correct the command.' } as const;
  return new ReaderError('usage/invalid', { charged: 'no', message, recovery, ...(cause !== undefined && { cause }) });
}

export function readFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw refusal(`${path} can not be read.`, cause);
  }
}

export function writeFile(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (cause) {
    throw refusal(`${path} can not be written.`, cause);
  }
}

/** @param max the greatest value allowed @returns decimal, or hexadecimal after 0x */
export function numberFrom(what: string, text: string, max: number): number {
  const number = /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= max)) throw refusal(`${what} is a whole number from 0 to ${max}, not "${text}".`);
  return number;
}
