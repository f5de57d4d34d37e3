/**
 * Which errors and results of the SDK our scenarios reach: what a scenario expects, a run of it proves.
 * Floor: simulator trials.
 */
import type { ErrorCode, PayResult } from '@comptoir/sdk';
import { ERRORS } from '@comptoir/sdk';
import type { FaultKind } from '../../simulation/faults/fault.js';
import { differences } from './expected.js';
import type { Scenario, Step } from './scenario.js';

/** A way in which a call can end. */
export interface Reached {
  readonly name: string;
  /** Names of scenarios. */
  readonly by: readonly string[];
  /** What went wrong in them until then; each once. */
  readonly faults: readonly FaultKind[];
}

type Shapes<Status extends string> = Readonly<Record<Status, readonly object[]>>;

/** Each status with the fields that make another case of it. */
const PAY_SHAPES: Shapes<PayResult['status']> = {
  approved: [{}],
  partial: [{}],
  declined: [{}, { reversal: 'done' }, { reversal: 'due' }],
  stored: [{}],
  cancelled: [{ by: 'clerk' }, { by: 'timeout' }],
  unknown: [{ charged: 'no' }, { charged: 'maybe' }, { charged: 'yes' }],
};

/** Of a basket: it's never stored. */
const BASKET_SHAPES: Shapes<Exclude<PayResult['status'], 'stored'>> = {
  approved: [{}],
  partial: [{}],
  declined: [{}],
  cancelled: [{ by: 'customer' }],
  unknown: [{ charged: 'maybe' }],
};

export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

export function reachedErrors(scenarios: readonly NamedScenario[]): readonly Reached[] {
  return (Object.keys(ERRORS) as ErrorCode[]).map((code) =>
    reachedBy(code, scenarios, ({ error }) => {
      const seen = typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
      return seen === code;
    }),
  );
}

export function reachedResults(scenarios: readonly NamedScenario[]): readonly Reached[] {
  const all = [
    ...casesOf('pay', PAY_SHAPES, (step) => step.pay !== undefined || step.lookup !== undefined),
    ...casesOf('checkout', BASKET_SHAPES, (step) => step.checkout !== undefined),
  ];
  return all.map(({ name, shape, isCall }) =>
    reachedBy(name, scenarios, (step) => {
      const isOne = isCall(step) && step.expect !== undefined;
      return isOne && differences(step.expect, shape, '').length === 0;
    }),
  );
}

function casesOf<S extends string>(
  call: string,
  shapes: Shapes<S>,
  isCall: (step: Step) => boolean,
): readonly { readonly name: string; readonly shape: object; readonly isCall: (step: Step) => boolean }[] {
  return (Object.keys(shapes) as S[]).flatMap((status) =>
    shapes[status].map((fields) => {
      const told = Object.entries(fields).map(([field, value]) => `, ${field} ${value}`);
      return { name: `${call}: ${status}${told.join('')}`, shape: { status, ...fields }, isCall };
    }),
  );
}

function reachedBy(name: string, scenarios: readonly NamedScenario[], isIn: (step: Step) => boolean): Reached {
  const by: string[] = [];
  const faults = new Set<FaultKind>();
  for (const {
    name: scenario,
    scenario: { steps },
  } of scenarios) {
    const at = steps.findIndex(isIn);
    if (at < 0) continue;
    by.push(scenario);
    for (const step of steps.slice(0, at + 1)) {
      for (const { fault } of [step, ...(step.during ?? [])]) if (fault !== undefined) faults.add(fault.kind);
    }
  }
  return { name, by, faults: [...faults] };
}
