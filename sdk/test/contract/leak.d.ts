import { type Bench } from './bench.js';
export declare function manySales(bench: Bench, sales: number): Promise<void>;
