/**
 * Everything that a host gets from a reader, as fields: taken apart by rules of its own, without the reader's or the SDK's decoder.
 * Source: docs/reference/protocol.md.   Floor: simulator tests.
 */
import { FIELDS } from '@comptoir/protocol';
import type { CrossedMessage, TranscriptEntry } from '../../src/simulation/simulate.js';

export interface Field {
  readonly tag: number;
  readonly value: Uint8Array;
}

export interface Heard {
  /** Of each message, in order: its fields in clear, those of lists and of the EMV data included. */
  readonly messages: readonly (readonly Field[])[];
  /** Outer tags of the messages. */
  readonly kinds: readonly number[];
  /** Of frames that are never sealed: keep-alives, errors, INIT, INFO, PING. */
  readonly frames: readonly Uint8Array[];
}

/**
 * They look random, so that digits in them mean nothing: sealed, made with a key that the host doesn't have, or the host's own.
 * Another name here is one more place that this search doesn't look at.
 */
const SET_ASIDE = ['envelope', 'transactionToken', 'indexToken', 'key', 'planId', 'nonce', 'reference'] as const;
const asideTags: ReadonlySet<number> = new Set(SET_ASIDE.map((name) => FIELDS[name].tag));

export function heardFrom(messages: readonly CrossedMessage[], transcript: readonly TranscriptEntry[]): Heard {
  const told = messages.flatMap(({ direction, bytes }) => (direction === 'toHost' ? [bytes] : []));
  return {
    messages: told.map(clearFields),
    kinds: told.map(([first = 0]) => first),
    frames: transcript.flatMap(({ direction, report }) => {
      const bytes = direction === 'toHost' ? inClear(report) : undefined;
      return bytes === undefined ? [] : [bytes];
    }),
  };
}

// First reports of a frame: channel 4, command 1, length 2. What these commands carry is sealed, or counts parts of it.
const SEALED_COMMANDS: readonly number[] = [0x90, 0x92, 0x93];
const HEAD_BYTES = 7;

/** All frames that aren't sealed fit one report. */
function inClear(report: Uint8Array): Uint8Array | undefined {
  const command = report[4] ?? 0;
  if (command < 0x80 || SEALED_COMMANDS.includes(command)) return undefined;
  const length = ((report[5] ?? 0) << 8) | (report[6] ?? 0);
  return report.slice(HEAD_BYTES, HEAD_BYTES + length);
}

/** Anything that isn't data objects is one field of tag 0. */
function clearFields(bytes: Uint8Array): readonly Field[] {
  const fields = fieldsIn(bytes);
  return fields ?? [{ tag: 0, value: bytes }];
}

function fieldsIn(bytes: Uint8Array): readonly Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = tagAt(bytes, at);
    const length = tag && lengthAt(bytes, at + tag.size);
    if (tag === undefined || length === undefined) return undefined;
    const start = at + tag.size + length.size;
    const value = bytes.subarray(start, start + length.value);
    if (value.length < length.value) return undefined;
    if (!asideTags.has(tag.value)) fields.push(...fieldsOf(tag.value, tag.isTemplate, value));
    at = start + length.value;
  }
  return fields;
}

function fieldsOf(tag: number, isTemplate: boolean, value: Uint8Array): readonly Field[] {
  const inner = isTemplate || tag === FIELDS.emvData.tag ? fieldsIn(value) : undefined;
  return inner ?? [{ tag, value: value.slice() }];
}

interface Read {
  readonly value: number;
  readonly size: number;
}

function tagAt(bytes: Uint8Array, at: number): (Read & { readonly isTemplate: boolean }) | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  const isTemplate = (first & 0x20) !== 0;
  if ((first & 0x1f) !== 0x1f) return { value: first, size: 1, isTemplate };
  let [value, size, last] = [first, 1, 0x80];
  while ((last & 0x80) !== 0 && size < 4) {
    last = bytes[at + size] ?? 0;
    value = value * 0x100 + last;
    size += 1;
  }
  return { value, size, isTemplate };
}

function lengthAt(bytes: Uint8Array, at: number): Read | undefined {
  const first = bytes[at];
  if (first === undefined || first === 0x80) return undefined;
  if (first < 0x80) return { value: first, size: 1 };
  const size = first & 0x7f;
  const value = bytes.subarray(at + 1, at + 1 + size).reduce((sum, byte) => sum * 0x100 + byte, 0);
  return { value, size: 1 + size };
}
