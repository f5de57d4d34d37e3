/**
 * The firmware's test entry on a target: asks it to run records of any kind.
 * Floor: simulator trials.
 */

import { seededBytes } from '#crypto/seed';
import { softwareSecure } from '../../machine/board/keys/softwareSecure.js';
import type { Loaded, Target } from '../../machine/targets/target.js';
import { isTimeout, withinTime } from './timeLimit.js';
import { isObject } from './vectorFiles.js';

/** What a record gave. */
export type Answer =
  | { readonly kind: 'actual'; readonly actual: unknown }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'fault'; readonly message: string };

type Run = (kind: string, inputJson: string) => string;

export interface VectorEngine {
  /** Runs one record. After a fault the next one gets a new engine. */
  run(kind: string, input: unknown): Promise<Answer>;
  dispose(): void;
}

/**
 * @param script      text of the firmware's vectors entry
 * @param timeLimitMs for one record, on a target whose engine doesn't end runaways
 */
export function createVectorEngine(target: Target, script: string, timeLimitMs: number): VectorEngine {
  let loaded: { readonly engine: Loaded; readonly run: Run } | undefined;

  async function load(): Promise<Run> {
    if (loaded !== undefined) return loaded.run;
    let served: Run | undefined;
    const serve = (run: Run): void => {
      served = run;
    };
    const engine = await target.load(script, { secure: softwareSecure([], seededBytes('vectors')), serve });
    if (served === undefined) throw new Error('the script serves no vectors');
    loaded = { engine, run: served };
    return served;
  }

  function dispose(): void {
    loaded?.engine.dispose();
    loaded = undefined;
  }

  function giveUp(fault: unknown): Answer {
    dispose();
    if (isTimeout(fault)) return { kind: 'fault', message: `no answer within ${timeLimitMs} ms` };
    return { kind: 'fault', message: fault instanceof Error ? fault.message : String(fault) };
  }

  return {
    dispose,
    async run(kind, input) {
      try {
        const run = await load();
        const inputJson = JSON.stringify(input ?? {});
        const ask = (): string => run(kind, inputJson);
        const answer: unknown = JSON.parse(target.endsRunaways ? ask() : withinTime(timeLimitMs, ask));
        if (isObject(answer) && answer['unsupported'] === true) return { kind: 'unsupported' };
        if (isObject(answer) && 'actual' in answer) return { kind: 'actual', actual: answer['actual'] };
        return { kind: 'fault', message: 'the script gave no answer' };
      } catch (fault) {
        return giveUp(fault);
      }
    },
  };
}
