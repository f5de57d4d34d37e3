/**
 * `comptoir envelope open`.
 * Floor: cli.
 * Memory: the card data are wiped before anything is printed; of the number there are its mask and its tokens.
 */
import { type ExitCode, type Output } from '../session.js';
export interface OpenOptions {
  readonly keys: string;
  readonly tokens?: string;
}
export declare function open(path: string, options: OpenOptions, { print }: Output): ExitCode;
