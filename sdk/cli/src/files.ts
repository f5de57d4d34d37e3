/**
 * Files that a person names: what can't be read or written is a wrong call, told in one sentence.
 * Floor: cli.
 */

import { ReaderError } from '@comptoir/sdk';
import * as disk from '#files/disk';

/** A wrong call of the command: exit code 2. */
export function refusal(message: string, cause?: unknown): ReaderError {
  const recovery = { do: 'fix-code', message: 'Correct the command.' } as const;
  return new ReaderError('usage/invalid', { charged: 'no', message, recovery, ...(cause !== undefined && { cause }) });
}

function told<A extends readonly unknown[], R>(act: (...given: A) => R): (...given: A) => R {
  return (...given) => {
    try {
      return act(...given);
    } catch (fault) {
      if (fault instanceof disk.FileError) throw refusal(fault.message, fault);
      throw fault;
    }
  };
}

export const readFile: (path: string) => Uint8Array = told(disk.readFile);
/** @param bytesMax a longer file is refused: no more of it is read */
export const readShortFile: (path: string, bytesMax: number) => Uint8Array = told(disk.readShortFile);
/** For its owner alone: what it holds is a secret, or may be. Old content or new, whenever the power fails. */
export const replaceFile: (path: string, bytes: Uint8Array) => void = told(disk.replaceFile);
/** Like `replaceFile`, but nothing may be there. */
export const createFile: (path: string, bytes: Uint8Array) => void = told(disk.createFile);
export const writeFile: (path: string, bytes: Uint8Array) => void = told(disk.writeFile);

/** @param max the greatest value allowed @returns decimal, or hexadecimal after 0x */
export function numberFrom(what: string, text: string, max: number): number {
  const number = /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= max)) throw refusal(`${what} is a whole number from 0 to ${max}, not "${text}".`);
  return number;
}
