/**
 * What a till and a reader said, message by message and in clear, as text: a line of JSON each, so that two of them can be compared line by line.
 * Free of card numbers, because messages are.
 *
 *   {"comptoirTranscript":1,"info":"E1…"}
 *   {"atMs":0,"host":"pay","message":"E2…"}
 *   {"atMs":0,"prompt":"presentCard"}
 *   {"atMs":31,"reader":"authorise","message":"E4…"}
 *   {"atMs":31,"cancel":true}              the host cancels
 *   {"atMs":32,"status":6}                 the reader refuses
 *   {"frames":{"toReader":{"count":9,"bytes":704},"toHost":{"count":12,"bytes":1216}}}
 *
 * Floor: simulator trials.
 */

import { decodeMessage, fromHex, PROMPT, type PromptName, toHex } from '@comptoir/protocol';
import { type FieldRules, faultIn, hexRule, type Rule } from '#files';

/** Of the format. Older ones stay readable. */
const TRANSCRIPT_VERSION = 1;

export type TranscriptLine =
  | { readonly kind: 'host' | 'reader'; readonly atMs: number; readonly message: Uint8Array }
  | { readonly kind: 'prompt'; readonly atMs: number; readonly prompt: number }
  | { readonly kind: 'status'; readonly atMs: number; readonly status: number }
  | { readonly kind: 'cancel'; readonly atMs: number };

/** Frames of one direction, and their bytes with all that fills them up. */
interface FrameCount {
  readonly count: number;
  readonly bytes: number;
}

export interface Transcript {
  /** What the reader says it is: an encoded `info`. */
  readonly info: Uint8Array;
  /** In order. */
  readonly lines: readonly TranscriptLine[];
  readonly frames: { readonly toReader: FrameCount; readonly toHost: FrameCount };
}

export type TranscriptResult =
  | { readonly ok: true; readonly transcript: Transcript }
  /** `line` from 1. */
  | { readonly ok: false; readonly line: number; readonly problem: string };

const MESSAGE_BYTES_MAX = 4096;
const TEXT_CHARACTERS_MAX = 64 * 1024 * 1024;
const COUNT: Rule = { is: 'whole', min: 0, max: Number.MAX_SAFE_INTEGER };
const NAME: Rule = { is: 'text', pattern: '^[A-Za-z]{1,40}$', says: 'the name of a message' };
const required = (rule: Rule): FieldRules[string] => ({ rule, meaning: '', isRequired: true });
const MESSAGE = required(hexRule(1, MESSAGE_BYTES_MAX));
const atMs = required(COUNT);
const COUNTS = required({ is: 'object', fields: { count: required(COUNT), bytes: required(COUNT) } });

const HEAD: Rule = {
  is: 'object',
  fields: { comptoirTranscript: required({ is: 'choice', of: [1] }), info: MESSAGE },
};
const TAIL: Rule = {
  is: 'object',
  fields: { frames: required({ is: 'object', fields: { toReader: COUNTS, toHost: COUNTS } }) },
};
const LINE: Rule = {
  is: 'one',
  of: {
    host: required(NAME),
    reader: required(NAME),
    prompt: required({ is: 'choice', of: Object.keys(PROMPT) }),
    status: required({ is: 'whole', min: 0, max: 255 }),
    cancel: required({ is: 'choice', of: [true] }),
  },
  with: { atMs, message: { rule: MESSAGE.rule, meaning: '' } },
};

/** @returns text with a line end at its end */
export function writeTranscript({ info, lines, frames }: Transcript): string {
  const texts = [{ comptoirTranscript: TRANSCRIPT_VERSION, info: toHex(info) }, ...lines.map(lineOf), { frames }];
  return `${texts.map((text) => JSON.stringify(text)).join('\n')}\n`;
}

function lineOf(line: TranscriptLine): object {
  const { atMs: at } = line;
  switch (line.kind) {
    case 'host':
    case 'reader':
      return { atMs: at, [line.kind]: nameOf(line.message), message: toHex(line.message) };
    case 'prompt':
      return { atMs: at, prompt: Object.keys(PROMPT).find((name) => PROMPT[name as PromptName] === line.prompt) };
    case 'status':
      return { atMs: at, status: line.status };
    case 'cancel':
      return { atMs: at, cancel: true };
  }
}

/** For whoever reads the file; what counts are the bytes. */
function nameOf(message: Uint8Array): string {
  const decoded = decodeMessage(message);
  return decoded.ok ? decoded.message.kind : 'unknown';
}

/** @param text untrusted */
export function readTranscript(text: string): TranscriptResult {
  if (text.length > TEXT_CHARACTERS_MAX) return { ok: false, line: 1, problem: 'it is too long' };
  const values: unknown[] = [];
  for (const [at, line] of text.trimEnd().split('\n').entries()) {
    try {
      values.push(JSON.parse(line));
    } catch {
      return { ok: false, line: at + 1, problem: 'it is no JSON' };
    }
  }
  for (const [at, value] of values.entries()) {
    const rule = at === 0 ? HEAD : at === values.length - 1 ? TAIL : LINE;
    const fault = faultIn(value, rule);
    if (fault !== undefined)
      return { ok: false, line: at + 1, problem: `${fault.at === '' ? 'it' : fault.at} ${fault.must}` };
  }
  if (values.length < 2) return { ok: false, line: values.length, problem: 'the frames are missing' };
  return { ok: true, transcript: firstVersion(values) };
}

/** The rules above are these types. */
interface FirstVersionLine {
  readonly atMs: number;
  readonly prompt?: PromptName;
  readonly status?: number;
  readonly cancel?: true;
  readonly host?: string;
  readonly message?: string;
}

function firstVersion(values: readonly unknown[]): Transcript {
  const { info } = values[0] as { info: string };
  const { frames } = values.at(-1) as Pick<Transcript, 'frames'>;
  const lines = values.slice(1, -1).map((value): TranscriptLine => {
    const { atMs: at, prompt, status, cancel, host, message } = value as FirstVersionLine;
    if (prompt !== undefined) return { kind: 'prompt', atMs: at, prompt: PROMPT[prompt] };
    if (status !== undefined) return { kind: 'status', atMs: at, status };
    if (cancel !== undefined) return { kind: 'cancel', atMs: at };
    return { kind: host === undefined ? 'reader' : 'host', atMs: at, message: bytesOf(message ?? '') };
  });
  return { info: bytesOf(info), lines, frames };
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array(0);
}
