/**
 * Scenarios at a reader that isn't in this process: which of them can be played there, and what they come to. What a scenario is worth is seen in the
 * simulator first: it has to pass there, and it tells how long it takes.
 * Floor: simulator trials.
 */
import { loadFirmwareText } from '../../machine/firmwareText.js';
import { play, runScenario, type Seen } from '../scenarios/runScenario.js';
import type { Action, Scenario } from '../scenarios/scenario.js';
import { createTill, type TillWorld } from '../scenarios/till.js';

export interface Place {
  readonly world: TillWorld;
  readonly seen: Seen;
  /** Begins the keys. */
  readonly orders: string;
}

/** What a place can do. */
export interface Abilities {
  /** Cards that can be presented; undefined: all. */
  readonly cards: readonly string[] | undefined;
  /** Whether it is a simulated one, which faults can be injected into. */
  readonly isSteered: boolean;
}

/** Of real time. */
const LONG_MS = 5_000;
const HANGS_MS = 60_000;
/** They happen on the side of the till, which is in the simulator only while it runs scenarios itself. */
const FAULTS_OF_TILL: readonly string[] = ['journal', 'clock-jump', 'no-transport'];
const STEERING: readonly (keyof Action)[] = ['fault', 'unplug', 'restart', 'press'];

/** @returns why a scenario can't be played there, in a few words; undefined: it can */
export function whyNotHere({ steps, accountCredit }: Scenario, { cards, isSteered }: Abilities): string | undefined {
  if (accountCredit !== undefined) return 'it sets what an account may owe';
  for (const action of steps.flatMap((step) => [step, ...(step.during ?? [])])) {
    const card = action.tap ?? action.insert;
    const steered = STEERING.find((name) => action[name] !== undefined);
    if (!isSteered && steered !== undefined) return `nobody is there for ${steered}`;
    if (card !== undefined && cards !== undefined && !cards.includes(card)) return `the card ${card} is not at hand`;
    if (action.fault !== undefined && FAULTS_OF_TILL.includes(action.fault.kind))
      return `${action.fault.kind} happens to the till`;
  }
  if (steps.some(({ error }) => error === 'link/denied')) return "how a device is missed is its transport's own";
  if (steps.some(({ install }) => install !== undefined))
    return 'it updates the reader with the text of the simulated one';
  return undefined;
}

type Played = { readonly problem?: string } | { readonly notRun: string };

/** @param at makes the place; it's closed afterwards */
export async function playThere(scenario: Scenario, at: () => Promise<Place>): Promise<Played> {
  const known = await runScenario(scenario, { target: 'quickjs' });
  if (known.ending !== 'passed') return { notRun: 'it does not pass in the simulator' };
  if (known.tookMs > LONG_MS) return { notRun: `it takes ${Math.round(known.tookMs / 1000)} s` };
  const { world, seen, orders } = await at();
  const till = createTill(world, await loadFirmwareText('reader'), orders);
  const over = new AbortController();
  try {
    const wrong = await Promise.race([
      play(scenario, till, seen, false),
      world.clock.sleep(HANGS_MS, over.signal).then(() => [`it did not end in ${HANGS_MS / 1000} s`]),
    ]);
    return wrong.length === 0 ? {} : { problem: wrong.join('; ') };
  } finally {
    over.abort();
    await till.close();
  }
}
