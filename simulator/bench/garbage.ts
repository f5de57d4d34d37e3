/**
 * The engine's garbage collector, to be called by hand.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options?: { readonly type: 'minor' }) => void;

setFlagsFromString('--expose-gc');
const collect: Collect = runInNewContext('gc');
// Contexts that are made from here on are without it, as they are elsewhere.
setFlagsFromString('--no-expose-gc');

/** Collects all that is garbage now. */
export function collectGarbage(): void {
  collect();
}

/** Collects young objects only: a whole collection also throws away what the engine has learnt about rarely called code. */
export function collectYoungGarbage(): void {
  collect({ type: 'minor' });
}
