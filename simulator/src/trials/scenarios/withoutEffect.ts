/**
 * What the form of a scenario can't say: nothing that is written in one may be without effect, for what never happens proves nothing.
 * Floor: simulator trials.
 */
import { CALL_NAMES, type Scenario, type Step } from './scenario.js';

/** Of a call alone. */
const OF_CALLS = ['during', 'expect', 'error', 'prompts', 'receipt'] as const satisfies readonly (keyof Step)[];

/** @returns a sentence that says where; undefined: nothing is wrong */
export function withoutEffect({ steps }: Scenario): string | undefined {
  for (const [number, step] of steps.entries()) {
    const at = `steps[${number}]`;
    const isCall = CALL_NAMES.some((name) => step[name] !== undefined);
    if (step.abort !== undefined) return `${at}.abort belongs into the during of a call`;
    const lost = isCall ? undefined : OF_CALLS.find((name) => step[name] !== undefined);
    if (lost !== undefined) return `${at}.${lost} belongs to a call, one of ${CALL_NAMES.join(', ')}`;
    if (step.during !== undefined && (step.connect !== undefined || step.close !== undefined))
      return `${at}.during does not go with connect or close`;
    for (const [index, during] of (step.during ?? []).entries())
      if (during.at === undefined && during.afterMs === undefined)
        return `${at}.during[${index}] needs at, a prompt, or afterMs`;
  }
  return undefined;
}
