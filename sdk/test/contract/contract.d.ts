/**
 * The contract of a transport: what each of them has to do the same way. Every case has a bench of its own, and throws when it's broken;
 * it doesn't know which runner calls it, since it runs where the real devices are, too.
 */
import type { Bench, BenchKind } from './bench.js';
export interface ContractCase {
    readonly name: string;
    readonly run: (bench: Bench, kind: BenchKind) => Promise<void>;
}
/** @param sales of one till in a row, for memory that is held; 0: without that case, which measures the whole process */
export declare function contract(sales: number): readonly ContractCase[];
