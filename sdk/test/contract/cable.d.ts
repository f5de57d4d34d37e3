import { type Phase } from '@comptoir/simulator';
import { type Bench, type BenchKind } from './bench.js';
export declare const phases: readonly Phase[];
export declare function pulledAt(bench: Bench, phase: Phase): Promise<void>;
export declare function pulledIdle(bench: Bench): Promise<void>;
export declare function listedAndWatched(bench: Bench, kind: BenchKind): Promise<void>;
