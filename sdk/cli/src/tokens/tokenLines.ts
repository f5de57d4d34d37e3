/**
 * A file of tokens, line by line, into another: one line out for each line in, so that what was done is known by counting lines. It's
 * read and written in pieces; whatever its length, the memory is that of a piece.
 *
 * What is written goes to FILE.part, which becomes FILE at the end. A FILE.part that is there is gone on with: a line that the power cut in
 * two is dropped, and the last whole one must be what the same work makes of its line again.
 * Floor: cli.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { refusal } from '../files.js';
import type { ProgressBar } from '../progressBar.js';

const PIECE_BYTES = 1 << 20;
const NEWLINE = 0x0a;
/** No token is longer; of a longer line no more is kept. */
const LINE_BYTES_MAX = 256;

/** What is written for a line that is refused begins so. */
export const REFUSED_MARK = '-';
const REFUSED_BYTE = 0x2d;

export interface LinesDone {
  readonly lines: number;
  /** Of them, those that an earlier run did. */
  readonly earlier: number;
  readonly refused: number;
}

/** @param work makes a line of a line, both without their end; the same for the same line at any time */
export function workOnLines(
  input: string,
  output: string,
  work: (line: string) => string,
  progress: ProgressBar,
): LinesDone {
  if (existsSync(output)) throw refusal(`${output} is there already.`);
  const part = `${output}.part`;
  const from = open(input, 'r', `${input} can not be read.`);
  try {
    const to = open(part, existsSync(part) ? 'r+' : 'wx+', `${part} can not be written.`);
    try {
      const earlier = dropTornLine(to);
      const total = Math.max(1, fstatSync(from).size);
      const done = copyLines(from, to, work, { earlier, told: (bytes) => progress.show(bytes, total), part });
      fsyncSync(to);
      renameSync(part, output);
      return done;
    } finally {
      closeSync(to);
    }
  } finally {
    closeSync(from);
    progress.stop();
  }
}

interface Copying {
  readonly earlier: Omit<LinesDone, 'earlier'>;
  readonly told: (bytes: number) => void;
  readonly part: string;
}

function copyLines(from: number, to: number, work: (line: string) => string, copying: Copying): LinesDone {
  const { told, part } = copying;
  const earlier = copying.earlier.lines;
  let { refused } = copying.earlier;
  const lastLine = earlier === 0 ? undefined : lastLineOf(to);
  let lines = 0;
  let made: string[] = [];
  let at = fstatSync(to).size;
  for (const { line, bytes } of linesOf(from)) {
    lines += 1;
    if (lines === earlier && work(line) !== lastLine)
      throw refusal(`${part} was made of another file, or by other keys: take it away, and begin anew.`);
    if (lines > earlier) {
      const result = work(line);
      if (result.startsWith(REFUSED_MARK)) refused += 1;
      made.push(result);
    }
    if (bytes === undefined) continue;
    at += write(to, made, at);
    made = [];
    told(bytes);
  }
  if (lines < earlier) throw refusal(`${part} has more lines than the file that it was made of.`);
  write(to, made, at);
  return { lines, earlier, refused };
}

function write(to: number, lines: readonly string[], at: number): number {
  if (lines.length === 0) return 0;
  const bytes = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
  for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done, bytes.length - done, at + done);
  return bytes.length;
}

/** `bytes` is there at the last line of each piece: how many were read until here. */
function* linesOf(from: number): Generator<{ readonly line: string; readonly bytes?: number }> {
  const piece = Buffer.alloc(PIECE_BYTES);
  let rest = Buffer.alloc(0);
  let read = 0;
  for (let at = 0; ; at += read) {
    read = readSync(from, piece, 0, PIECE_BYTES, at);
    if (read === 0) break;
    let start = 0;
    let end = piece.subarray(0, read).indexOf(NEWLINE);
    while (end >= 0) {
      const next = piece.subarray(0, read).indexOf(NEWLINE, end + 1);
      const line = textOf(start === 0 ? Buffer.concat([rest, piece.subarray(0, end)]) : piece.subarray(start, end));
      yield next < 0 ? { line, bytes: at + read } : { line };
      start = end + 1;
      end = next;
    }
    const left = piece.subarray(start, read);
    rest = Buffer.concat([start === 0 ? rest : Buffer.alloc(0), left]).subarray(0, LINE_BYTES_MAX);
  }
  if (rest.length > 0) yield { line: textOf(rest) };
}

function textOf(bytes: Buffer): string {
  return bytes.subarray(0, LINE_BYTES_MAX).toString('latin1').trimEnd();
}

/** @returns the whole lines that are left */
function dropTornLine(to: number): Omit<LinesDone, 'earlier'> {
  const piece = Buffer.alloc(PIECE_BYTES);
  let [lines, refused, wholeBytes, read] = [0, 0, 0, 0];
  /** First byte of the line that is read; undefined before it. */
  let first: number | undefined;
  for (let at = 0; ; at += read) {
    read = readSync(to, piece, 0, PIECE_BYTES, at);
    if (read === 0) break;
    first ??= piece[0];
    for (let end = piece.subarray(0, read).indexOf(NEWLINE); end >= 0; ) {
      lines += 1;
      if (first === REFUSED_BYTE) refused += 1;
      wholeBytes = at + end + 1;
      first = end + 1 < read ? piece[end + 1] : undefined;
      end = piece.subarray(0, read).indexOf(NEWLINE, end + 1);
    }
  }
  ftruncateSync(to, wholeBytes);
  return { lines, refused };
}

/** Of a file that ends with a whole line. */
function lastLineOf(to: number): string {
  const { size } = fstatSync(to);
  const tail = Buffer.alloc(Math.min(size, LINE_BYTES_MAX));
  readSync(to, tail, 0, tail.length, size - tail.length);
  return tail.toString('latin1').trimEnd().split('\n').at(-1) ?? '';
}

function open(path: string, flags: string, sentence: string): number {
  try {
    return openSync(path, flags, 0o600);
  } catch (cause) {
    throw refusal(sentence, cause);
  }
}
