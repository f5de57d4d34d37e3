/**
 * What the doctor says: one line for each thing that was looked at.
 * Floor: cli; imports nothing.
 */

/** `warning`: it works, and something isn't as it should be. `problem`: it doesn't work. */
export type FindingState = 'ok' | 'warning' | 'problem';

export interface Finding {
  /** What was looked at, a word: `node`, `rules`, `reader hid:SIM01020304`. */
  readonly check: string;
  readonly state: FindingState;
  /** A sentence. */
  readonly says: string;
  /** What to do about it, a sentence. Never of one that is `ok`. */
  readonly do?: string;
}

export function ok(check: string, says: string): Finding {
  return { check, state: 'ok', says };
}

export function warning(check: string, says: string, what: string): Finding {
  return { check, state: 'warning', says, do: what };
}

export function problem(check: string, says: string, what: string): Finding {
  return { check, state: 'problem', says, do: what };
}

/** What to do comes again at the end, in the order in which it has to be done; the same advice once. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  const width = Math.max(...findings.map(({ state }) => state.length));
  const steps = [...new Set(findings.flatMap((finding) => finding.do ?? []))];
  return [
    ...findings.map(({ check, state, says }) => `${state.padEnd(width)}  ${check}: ${says}`),
    ...(steps.length === 0 ? [] : ['', 'What to do, in this order:']),
    ...steps.map((step, at) => `${at + 1}. ${step}`),
  ];
}
