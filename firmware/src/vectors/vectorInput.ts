/**
 * Input of a test vector: JSON, read field by field. A field that is not what the format says is an error of the record.
 * Floor: vectors, which is never in the reader image.
 */
import { fromHex } from '@comptoir/protocol';
import type { KeyHandle, Secure } from '../board/board.js';

/** What the test image's board has, and the reader's hasn't: a key pair for X25519 that is known. */
export interface VectorSecure extends Secure {
  keyPairFrom(scalar: Uint8Array): KeyHandle;
}

export class VectorInput {
  private readonly fields: { readonly [name: string]: unknown };

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null) throw new Error('the input is no object');
    this.fields = value as { readonly [name: string]: unknown };
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  text(name: string): string {
    const value = this.fields[name];
    if (typeof value !== 'string') throw new Error(`${name} is no text`);
    return value;
  }

  number(name: string): number {
    const value = this.fields[name];
    if (typeof value !== 'number') throw new Error(`${name} is no number`);
    return value;
  }

  /** True or false; what isn't there is `absent`. */
  flag(name: string, absent: boolean): boolean {
    const value = this.fields[name] ?? absent;
    if (typeof value !== 'boolean') throw new Error(`${name} is neither true nor false`);
    return value;
  }

  /** A text, or undefined when it isn't there. */
  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  /** A list of texts; what isn't there is empty. */
  texts(name: string): readonly string[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value)) throw new Error(`${name} is no list`);
    return value.map((item) => new VectorInput({ item }).text('item'));
  }

  hex(name: string): Uint8Array {
    const bytes = fromHex(this.text(name));
    if (bytes === undefined) throw new Error(`${name} is not hexadecimal`);
    return bytes;
  }

  optionalHex(name: string): Uint8Array | undefined {
    return this.has(name) ? this.hex(name) : undefined;
  }

  object(name: string): VectorInput {
    return new VectorInput(this.fields[name]);
  }

  list(name: string): readonly VectorInput[] {
    const value = this.fields[name];
    if (!Array.isArray(value)) throw new Error(`${name} is no list`);
    return value.map((item) => new VectorInput(item));
  }

  /** True when the value is there, and is false. */
  isFalse(name: string): boolean {
    return this.fields[name] === false;
  }

  /** Names and values of an object of objects. */
  members(name: string): readonly (readonly [string, VectorInput])[] {
    const object = this.object(name);
    return Object.keys(object.fields).map((key) => [key, object.object(key)] as const);
  }

  /** Names and values of an object of texts. */
  entries(name: string): readonly (readonly [string, VectorInput])[] {
    const object = this.fields[name];
    if (typeof object !== 'object' || object === null) throw new Error(`${name} is no object`);
    return Object.entries(object as { readonly [key: string]: unknown }).map(
      ([key, value]) => [key, new VectorInput({ value })] as const,
    );
  }
}

/** @returns the actual values, as JSON has them */
export type VectorHandler = (input: VectorInput, secure: VectorSecure) => unknown;
