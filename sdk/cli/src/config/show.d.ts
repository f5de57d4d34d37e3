/**
 * `comptoir config show`.
 * Floor: cli.
 */
import { type ExitCode, type Output } from '../session.js';
/** @param keyFile public key, PEM; undefined: the development key */
export declare function showConfiguration(file: string, keyFile: string | undefined, { print }: Output): ExitCode;
