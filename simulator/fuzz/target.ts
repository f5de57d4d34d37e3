/**
 * What a target is: a function that takes any bytes, and must neither throw nor run on. And what it's told by.
 * Floor: fuzz.
 */
import { readFileSync } from 'node:fs';

export interface Target {
  /** Where the fuzzer begins. */
  readonly seeds: () => readonly Uint8Array[];
  /** @throws when something is shown that must never be */
  readonly fuzz: (data: Uint8Array) => void;
}

/** @param what a sentence without any of the data: it's printed */
export function hold(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`not so: ${what}`);
}

/** Reads an input from its beginning. What is asked for behind its end is zeros, or short. */
export class Input {
  private readonly bytes: Uint8Array;
  private at = 0;

  /** @param data the fuzzer's own memory: copied */
  constructor(data: Uint8Array) {
    this.bytes = Uint8Array.from(data);
  }

  get isEmpty(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at] ?? 0;
    this.at += 1;
    return value;
  }

  take(length: number): Uint8Array {
    const taken = this.bytes.slice(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  /** As many as the first byte says. */
  counted(): Uint8Array {
    return this.take(this.byte());
  }

  rest(): Uint8Array {
    return this.take(this.bytes.length);
  }
}

/** The inputs of all vectors of a kind. The working folder is the top of the repository, as it is for every script of it. */
export function vectorInputs(file: string, kind: string): readonly Readonly<Record<string, unknown>>[] {
  const records = JSON.parse(readFileSync(`test-vectors/${file}.json`, 'utf8')) as readonly VectorRecord[];
  return records.filter((record) => record.kind === kind).map(({ input }) => input);
}

interface VectorRecord {
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Of a field in hexadecimal; no bytes when there is none. */
export function hexIn(input: Readonly<Record<string, unknown>>, field: string): Uint8Array {
  const text = input[field];
  return typeof text === 'string' ? Uint8Array.from(Buffer.from(text, 'hex')) : new Uint8Array(0);
}
