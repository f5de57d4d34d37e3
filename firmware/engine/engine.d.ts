/**
 * The JavaScript that every target really has: QuickJS on the chip without parser, eval, RegExp, Date, Promise and timers.
 * Firmware and protocol compile with `noLib` against this file, so what is not declared here can't be used by mistake.
 * Source: ECMA-262 (2022), reduced to what the lean context of the board provides.
 */

// --- types that the compiler itself asks for -------------------------------------------------------------------
interface IArguments {
  readonly length: number;
}
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface RegExp {}
interface Function {}
interface Object {
  hasOwnProperty(key: PropertyKey): boolean;
}
interface ObjectConstructor {
  freeze<T>(object: T): Readonly<T>;
  keys(object: object): string[];
  entries<T>(object: { readonly [key: string]: T }): [string, T][];
}
declare const Object: ObjectConstructor;
interface Boolean {
  valueOf(): boolean;
}
declare type PropertyKey = string | number | symbol;
interface Symbol {
  readonly description: string | undefined;
}
interface SymbolConstructor {
  readonly iterator: unique symbol;
  readonly toStringTag: unique symbol;
}
declare const Symbol: SymbolConstructor;

type Partial<T> = { [K in keyof T]?: T[K] };
type Readonly<T> = { readonly [K in keyof T]: T[K] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Omit<T, K extends PropertyKey> = { [P in Exclude<keyof T, K>]: T[P] };
type Record<K extends PropertyKey, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type ReturnType<T extends (...args: never) => unknown> = T extends (...args: never) => infer R ? R : never;

// --- iteration -------------------------------------------------------------------------------------------------
interface IteratorYieldResult<T> {
  done?: false;
  value: T;
}
interface IteratorReturnResult<T> {
  done: true;
  value: T;
}
type IteratorResult<T, R = unknown> = IteratorYieldResult<T> | IteratorReturnResult<R>;
interface Iterator<T, R = unknown, N = unknown> {
  next(...value: [] | [N]): IteratorResult<T, R>;
  return?(value?: R): IteratorResult<T, R>;
  throw?(error?: unknown): IteratorResult<T, R>;
}
interface Iterable<T, R = unknown, N = unknown> {
  [Symbol.iterator](): Iterator<T, R, N>;
}
interface IterableIterator<T, R = unknown, N = unknown> extends Iterator<T, R, N> {
  [Symbol.iterator](): IterableIterator<T, R, N>;
}
interface IteratorObject<T, R = unknown, N = unknown> extends Iterator<T, R, N> {
  [Symbol.iterator](): IteratorObject<T, R, N>;
}
interface ArrayIterator<T> extends IteratorObject<T, undefined, unknown> {
  [Symbol.iterator](): ArrayIterator<T>;
}
interface MapIterator<T> extends IteratorObject<T, undefined, unknown> {
  [Symbol.iterator](): MapIterator<T>;
}
interface Generator<T = unknown, R = unknown, N = unknown> extends IteratorObject<T, R, N> {
  next(...value: [] | [N]): IteratorResult<T, R>;
  return(value: R): IteratorResult<T, R>;
  throw(error: unknown): IteratorResult<T, R>;
  [Symbol.iterator](): Generator<T, R, N>;
}

// --- values ----------------------------------------------------------------------------------------------------
interface Number {
  toString(radix?: number): string;
}
interface NumberConstructor {
  (value: bigint): number;
  isInteger(value: unknown): boolean;
  isSafeInteger(value: unknown): boolean;
  readonly MAX_SAFE_INTEGER: number;
}
declare const Number: NumberConstructor;

interface BigInt {
  toString(radix?: number): string;
}
interface BigIntConstructor {
  (value: number | string | boolean | bigint): bigint;
  asUintN(bits: number, value: bigint): bigint;
}
declare const BigInt: BigIntConstructor;

interface String {
  readonly length: number;
  readonly [index: number]: string;
  charCodeAt(index: number): number;
  charAt(index: number): string;
  indexOf(search: string, from?: number): number;
  slice(start?: number, end?: number): string;
  startsWith(search: string, at?: number): boolean;
  endsWith(search: string, at?: number): boolean;
  includes(search: string): boolean;
  padStart(length: number, fill?: string): string;
  padEnd(length: number, fill?: string): string;
  repeat(count: number): string;
  toUpperCase(): string;
  toLowerCase(): string;
  trimEnd(): string;
  split(separator: string): string[];
}
interface StringConstructor {
  (value?: unknown): string;
  fromCharCode(...codes: number[]): string;
}
declare const String: StringConstructor;

interface Math {
  min(...values: number[]): number;
  max(...values: number[]): number;
  floor(value: number): number;
  ceil(value: number): number;
  trunc(value: number): number;
  abs(value: number): number;
}
declare const Math: Math;

interface Error {
  name: string;
  message: string;
  stack?: string;
}
interface ErrorConstructor {
  new (message?: string): Error;
}
declare const Error: ErrorConstructor;

interface JSON {
  parse(text: string): unknown;
  stringify(value: unknown): string;
}
declare const JSON: JSON;

// --- collections -----------------------------------------------------------------------------------------------
interface ReadonlyArray<T> {
  readonly length: number;
  readonly [index: number]: T;
  [Symbol.iterator](): ArrayIterator<T>;
  at(index: number): T | undefined;
  concat(...items: (T | ReadonlyArray<T>)[]): T[];
  every(test: (value: T, index: number) => boolean): boolean;
  filter(test: (value: T, index: number) => boolean): T[];
  find(test: (value: T, index: number) => boolean): T | undefined;
  findIndex(test: (value: T, index: number) => boolean): number;
  flatMap<U>(map: (value: T, index: number) => U | ReadonlyArray<U>): U[];
  includes(value: T): boolean;
  indexOf(value: T): number;
  join(separator?: string): string;
  map<U>(map: (value: T, index: number) => U): U[];
  reduce<U>(step: (sum: U, value: T, index: number) => U, start: U): U;
  slice(start?: number, end?: number): T[];
  some(test: (value: T, index: number) => boolean): boolean;
}
interface Array<T> extends ReadonlyArray<T> {
  length: number;
  [index: number]: T;
  push(...items: T[]): number;
  pop(): T | undefined;
  shift(): T | undefined;
  reverse(): T[];
  sort(compare?: (a: T, b: T) => number): this;
  splice(start: number, count?: number, ...items: T[]): T[];
}
interface ArrayConstructor {
  isArray(value: unknown): value is unknown[];
  from<T, U>(source: ArrayLike<T>, map: (value: T, index: number) => U): U[];
}
declare const Array: ArrayConstructor;
interface ArrayLike<T> {
  readonly length: number;
  readonly [index: number]: T;
}
type TemplateStringsArray = ReadonlyArray<string> & { readonly raw: ReadonlyArray<string> };

interface ReadonlyMap<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  keys(): MapIterator<K>;
  values(): MapIterator<V>;
  entries(): MapIterator<[K, V]>;
  [Symbol.iterator](): MapIterator<[K, V]>;
}
interface Map<K, V> extends ReadonlyMap<K, V> {
  set(key: K, value: V): this;
  delete(key: K): boolean;
  clear(): void;
}
interface MapConstructor {
  new <K, V>(entries?: Iterable<readonly [K, V]> | null): Map<K, V>;
}
declare const Map: MapConstructor;

interface ReadonlySet<T> {
  readonly size: number;
  has(value: T): boolean;
  [Symbol.iterator](): MapIterator<T>;
}
interface Set<T> extends ReadonlySet<T> {
  add(value: T): this;
  delete(value: T): boolean;
}
interface SetConstructor {
  new <T>(values?: Iterable<T> | null): Set<T>;
}
declare const Set: SetConstructor;

// --- bytes -----------------------------------------------------------------------------------------------------
interface ArrayBuffer {
  readonly byteLength: number;
}
type ArrayBufferLike = ArrayBuffer;
interface ArrayBufferView {
  readonly buffer: ArrayBufferLike;
  readonly byteLength: number;
  readonly byteOffset: number;
}
interface Uint8Array<Buffer extends ArrayBufferLike = ArrayBufferLike> {
  readonly buffer: Buffer;
  readonly byteLength: number;
  readonly byteOffset: number;
  readonly length: number;
  [index: number]: number;
  [Symbol.iterator](): ArrayIterator<number>;
  every(test: (value: number, index: number) => boolean): boolean;
  findIndex(test: (value: number, index: number) => boolean): number;
  some(test: (value: number, index: number) => boolean): boolean;
  fill(value: number, start?: number, end?: number): this;
  indexOf(value: number, from?: number): number;
  set(source: ArrayLike<number>, offset?: number): void;
  slice(start?: number, end?: number): Uint8Array;
  subarray(start?: number, end?: number): Uint8Array;
}
interface Uint8ArrayConstructor {
  new (length: number): Uint8Array;
  new (source: ArrayLike<number>): Uint8Array;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): Uint8Array;
  of(...bytes: number[]): Uint8Array;
}
declare const Uint8Array: Uint8ArrayConstructor;

interface Int32Array {
  readonly length: number;
  [index: number]: number;
  fill(value: number, start?: number, end?: number): this;
}
interface Int32ArrayConstructor {
  new (length: number): Int32Array;
}
declare const Int32Array: Int32ArrayConstructor;

interface DataView {
  getUint8(at: number): number;
  getUint16(at: number, littleEndian?: boolean): number;
  getUint32(at: number, littleEndian?: boolean): number;
  getBigUint64(at: number, littleEndian?: boolean): bigint;
  setUint8(at: number, value: number): void;
  setUint16(at: number, value: number, littleEndian?: boolean): void;
  setUint32(at: number, value: number, littleEndian?: boolean): void;
  setBigUint64(at: number, value: bigint, littleEndian?: boolean): void;
}
interface DataViewConstructor {
  new (buffer: ArrayBufferLike, byteOffset?: number, byteLength?: number): DataView;
}
declare const DataView: DataViewConstructor;
