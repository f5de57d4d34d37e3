/**
 * Files that a person names: what can't be read or written is told in one sentence.
 * Floor: cli.
 */
import { closeSync, fsyncSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ReaderError } from '@comptoir/sdk';

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

/** @param bytesMax a longer file is refused: no more of it is read */
export function readShortFile(path: string, bytesMax: number): Uint8Array {
  const bytes = new Uint8Array(bytesMax + 1);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (let read = 1; read > 0 && length < bytes.length; length += read)
        read = readSync(file, bytes, length, bytes.length - length, null);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw refusal(`${path} can not be read.`, cause);
  }
  if (length > bytesMax) throw refusal(`${path} is longer than ${bytesMax} bytes.`);
  return bytes.slice(0, length);
}

/** For its owner alone: what it holds is a secret, or may be. Old content or new, whenever the power fails. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const next = `${path}.new`;
  try {
    rmSync(next, { force: true });
    const file = openSync(next, 'wx', 0o600);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(next, path);
  } catch (cause) {
    throw refusal(`${path} can not be written.`, cause);
  }
}

/** Like `replaceFile`, but nothing may be there. */
export function createFile(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw refusal(isThere ? `${path} is there already.` : `${path} can not be written.`, cause);
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
