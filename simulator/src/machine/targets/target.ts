/**
 * The seam between a firmware script and the engine that runs it. One text, several hosts, same answers.
 * Floor: simulator machine.
 */

import { toHex } from '@comptoir/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export type TargetName = 'node' | 'quickjs';

export interface Target {
  readonly name: TargetName;
  /** Whether the engine itself ends a script that finds no end, in the same place in each run. Otherwise the caller has to. */
  readonly endsRunaways: boolean;
  /**
   * Runs a script to its end in an engine of its own, with the global `board` and nothing else from outside.
   * @param script one classic script; what it leaves registered with `board` stays callable until `dispose`
   * @param board  tree of functions and of numbers, strings, booleans, bytes and undefined. Functions take and give the
   *               same kinds of value, and may be handed functions; bytes are copied both ways
   * @throws Error with the script's own stack, when the script or the board threw
   */
  load(script: string, board: object): Promise<Loaded>;
}

/** See `Target.load`; for who can't wait at each power-on. */
export type Load = (script: string, board: object) => Loaded;

/** A script that was loaded. */
export interface Loaded {
  /** Frees the engine. Functions that the script handed out throw from then on. Safe to call twice. */
  dispose(): void;
}

/** Identity of a firmware text: SHA-256 of its UTF-8 bytes, upper-case hexadecimal. */
export function scriptSha256(script: string): string {
  return toHex(sha256(utf8ToBytes(script)));
}
