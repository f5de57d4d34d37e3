/**
 * Files that a person names.
 * Floor: files. Needs Node: only commands import it.
 */
import { closeSync, fsyncSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** What can't be read or written, or isn't what it should be: a sentence for the person who named it. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** @param bytesMax a longer file is refused: no more of it is read @throws FileError */
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
    throw unreadable(path, cause);
  }
  if (length > bytesMax) throw new FileError(`${path} is longer than ${bytesMax} bytes.`);
  return bytes.slice(0, length);
}

/** @throws FileError */
export function readFile(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** For its owner alone: what it holds is a secret, or may be. Old content or new, whenever the power fails. @throws FileError */
export function replaceFile(path: string, bytes: Uint8Array): void {
  writing(path, () => replace(path, bytes));
}

/** Like `replaceFile`, but nothing may be there. @throws FileError */
export function createFile(path: string, bytes: Uint8Array): void {
  writing(path, () => {
    closeSync(openSync(path, 'wx', 0o600));
    replace(path, bytes);
  });
}

/** For everybody. @throws FileError */
export function writeFile(path: string, bytes: Uint8Array): void {
  writing(path, () => writeFileSync(path, bytes));
}

function replace(path: string, bytes: Uint8Array): void {
  const next = `${path}.new`;
  rmSync(next, { force: true });
  const file = openSync(next, 'wx', 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    const code = codeOf(cause);
    throw new FileError(code === 'EEXIST' ? `${path} is there already.` : `${path} can not be written (${code}).`, {
      cause,
    });
  }
}

function unreadable(path: string, cause: unknown): FileError {
  return new FileError(`${path} can not be read (${codeOf(cause)}).`, { cause });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'for an unknown reason';
}
