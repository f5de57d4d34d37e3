/**
 * The result of one record on one target: a line of output.
 * Source: test-vectors/README.md, output.   Floor: simulator trials.
 */
import type { ReaderTargetName } from '../../machine/targets/targets.js';

export interface ReplayResult {
  readonly id: string;
  readonly kind: string;
  readonly pass: boolean;
  readonly target: ReaderTargetName;
  /** Told when the record doesn't run on the target, but in Node whatever the target is. */
  readonly side?: 'host';
  /** Only when it failed; masked. */
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly ms: number;
}
