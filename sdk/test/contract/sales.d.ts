import { type Key, money, type Reader } from '@comptoir/sdk';
import { type Bench, type BenchKind } from './bench.js';
export declare const AMOUNT: ReturnType<typeof money>;
export declare const CARD = "visa-debit";
export declare function till(bench: Bench): Promise<Reader>;
export declare function approved({ simulation }: Bench, reader: Reader, key: Key): Promise<string>;
/** A `ReaderError` with one of these codes. */
export declare function failsWith(work: PromiseLike<unknown>, codes: readonly string[]): Promise<void>;
export declare function aSale(bench: Bench): Promise<void>;
/** A message of several parts, each of several reports. */
export declare function aLongMessage(bench: Bench): Promise<void>;
export declare function cancelled(bench: Bench): Promise<void>;
/** Programs that share the reader: each has its channel, one at a time has the card. */
export declare function twoTills(bench: Bench, { isExclusive }: BenchKind): Promise<void>;
/** A card that works for longer than a reader may be silent: the reader says meanwhile that it works. */
export declare function slow(bench: Bench): Promise<void>;
/** A reader that takes what is sent and does nothing about it: calls end, closing ends, and it's used again when it answers. */
export declare function frozen(bench: Bench): Promise<void>;
