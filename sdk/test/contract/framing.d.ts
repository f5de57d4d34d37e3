import type { Bench } from './bench.js';
export declare function framesOfEveryLength({ transport }: Bench): Promise<void>;
/** The window: 32 reports without waiting for anything, both ways, again and again. */
export declare function fullWindows({ transport }: Bench): Promise<void>;
/** Reports of nobody's channel are not in the way of ours. */
export declare function strayReports({ transport }: Bench): Promise<void>;
