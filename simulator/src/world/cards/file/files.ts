/**
 * Files that a person names.
 * Floor: simulator world.
 */
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** What can't be read or written, or isn't what it should be: a sentence for the person who named it. */
export class CardFileError extends Error {
  override readonly name = 'CardFileError';
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
    throw new CardFileError(`${path} can not be read (${codeOf(cause)}).`);
  }
  if (length > bytesMax) throw new CardFileError(`${path} is longer than ${bytesMax} bytes.`);
  return bytes.slice(0, length);
}

/** For its owner alone. Old content or new, whenever the power fails. @param isNew nothing may be there */
export function replaceFile(path: string, bytes: Uint8Array, isNew = false): void {
  const next = `${path}.new`;
  try {
    if (isNew) closeSync(openSync(path, 'wx', 0o600));
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
    const code = codeOf(cause);
    throw new CardFileError(
      isNew && code === 'EEXIST' ? `${path} is there already.` : `${path} can not be written (${code}).`,
    );
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'for an unknown reason';
}
