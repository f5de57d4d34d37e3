/**
 * Runs a scenario on a simulated reader, on a virtual clock: the same scenario, seed and target give the same bytes.
 * Floor: simulator trials.
 */
import { toHex } from '@comptoir/protocol';
import { type Clock, connect, currencyOfNumeric, formatMoney, ReaderError } from '@comptoir/sdk';
import { sha256 } from '@noble/hashes/sha2.js';
import { createVirtualClock, realClock } from '../../machine/clock.js';
import { loadFirmwareText } from '../../machine/firmwareText.js';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import type { LogEntry } from '../../simulation/eventLog.js';
import { receiptLines } from '../../simulation/sale/receiptLines.js';
import { type Simulation, simulate } from '../../simulation/simulate.js';
import { differences, missingInOrder } from './expected.js';
import { sameOnAnyTarget } from './sameOnAnyTarget.js';
import { CALL_NAMES, type During, type Scenario, type Step, WITHIN_MS } from './scenario.js';
import { createTill, type Till } from './till.js';
import type { Ended } from './watchedCall.js';

interface RunOptions {
  readonly target: ReaderTargetName;
  /** Default: that of the scenario. */
  readonly seed?: number;
}

type Ending = 'passed' | 'failed' | 'outOfTime';

export interface ScenarioReport {
  readonly title: string;
  readonly ending: Ending;
  readonly seed: number;
  readonly target: ReaderTargetName;
  /** What wasn't as expected, a sentence each. */
  readonly differences: readonly string[];
  /** What happened, fit to print. */
  readonly log: readonly LogEntry[];
  /** SHA-256 over all reports and the log, hexadecimal: with all times, and without any. */
  readonly digest: string;
  readonly digestWithoutTimes: string;
  /** Over what must be the same on every target. */
  readonly digestOnAnyTarget: string;
  /** Simulated. */
  readonly tookMs: number;
}

/**
 * Loads what the SDK and a target load when they first need it: a virtual clock doesn't wait for that. Once in a process, before the first scenario.
 */
export async function warmUp(target: ReaderTargetName): Promise<void> {
  if (target === 'pico') return;
  await using simulation = await simulate({ target, clock: slowClock(), record: false });
  await using reader = await connect(simulation, simulation);
  const nothing = { basket: { currency: 'EUR', lines: [] }, key: '' } as unknown as Parameters<typeof reader.pay>[0];
  await Promise.allSettled([reader.pay(nothing)]);
  await Promise.allSettled([reader.firmware.check(new Uint8Array(0))]);
}

/** The machine's own, slowed down: on a busy one a thread waits for longer than a frame may take. */
function slowClock(): Clock {
  const startMs = realClock.now();
  return {
    now: () => startMs + (realClock.now() - startMs) / SLOWER,
    sleep: (ms, signal) => realClock.sleep(ms * SLOWER, signal),
  };
}

const SLOWER = 20;

export async function runScenario(scenario: Scenario, { target, ...options }: RunOptions): Promise<ScenarioReport> {
  const seed = options.seed ?? scenario.seed ?? 1;
  const clock = createVirtualClock();
  const { accountCredit } = scenario;
  const firmware = await loadFirmwareText('reader');
  const simulation = await simulate({
    seed,
    target,
    clock,
    firmware,
    ...(accountCredit !== undefined && { accountCredit }),
  });
  const till = createTill(simulation, firmware);
  const over = new AbortController();
  const late = clock.sleep(scenario.withinMs ?? WITHIN_MS, over.signal).then(
    () => 'outOfTime' as const,
    () => 'outOfTime' as const,
  );
  const played = play(scenario, till, seenIn(simulation), target !== 'pico');
  const found = await Promise.race([played, late]);
  const isLate = found === 'outOfTime';
  const tookMs = simulation.state().atMs;
  over.abort();
  const log = simulation.log();
  const wrong = isLate ? [`more than ${scenario.withinMs ?? WITHIN_MS} ms of simulated time passed`] : found;
  const digests = {
    digest: digestOf(simulation, true),
    digestWithoutTimes: digestOf(simulation, false),
    digestOnAnyTarget: toHex(sha256(new TextEncoder().encode(sameOnAnyTarget(simulation).join('\n')))),
  };
  if (isLate) played.catch(() => {});
  await till.close();
  const ending: Ending = isLate ? 'outOfTime' : wrong.length > 0 ? 'failed' : 'passed';
  return { title: scenario.title, ending, seed, target, differences: wrong, log, ...digests, tookMs };
}

/** What is known of the other side when a scenario is over; what isn't, isn't compared. */
export interface Seen {
  /** Each as `ORDER-ATTEMPT AMOUNT`. */
  charges?(): Promise<readonly string[]>;
  /** Commands that cards got, by their names. */
  apdus?(): Promise<readonly string[]>;
  /** Lines, each with who did it. */
  log?(): Promise<readonly string[]>;
}

/**
 * @param isInstant the reader takes no time of its own: there are no prompts but those that are expected
 * @returns what isn't as expected, a sentence each
 */
export async function play(scenario: Scenario, till: Till, seen: Seen, isInstant: boolean): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [at, step] of scenario.steps.entries()) {
    const name = Object.keys(step)[0] ?? '';
    const place = `step ${at + 1} (${name})`;
    try {
      if (!CALL_NAMES.some((call) => step[call] !== undefined)) await till.act(step);
      else wrong.push(...wrongIn(step, await till.call(step, step.during ?? []), place, isInstant));
    } catch (fault) {
      wrong.push(`${place}: ${fault instanceof Error ? fault.message : String(fault)}`);
    }
    // What comes after a wrong step is not worth reading.
    if (wrong.length > 0) return wrong;
  }
  return wrongAtEnd(scenario, seen);
}

function wrongIn(step: Step, { came, prompts, missed }: Ended, place: string, isInstant: boolean): readonly string[] {
  const wrong: string[] = [];
  if (came.kind === 'error') {
    const error = errorIn(came.error);
    if (step.error === undefined) wrong.push(`${place}: it failed with ${error.code}: ${error.message}`);
    else
      wrong.push(
        ...differences(error, typeof step.error === 'string' ? { code: step.error } : step.error, `${place} error`),
      );
  } else if (step.error !== undefined) {
    wrong.push(`${place}: expected an error, and the result was ${JSON.stringify(came.result)}`);
  } else if (step.expect !== undefined) {
    wrong.push(...differences(JSON.parse(JSON.stringify(came.result ?? null)), step.expect, `${place} result`));
  }
  // What came of the call may be just that.
  if (wrong.length === 0)
    wrong.push(
      ...missed.map(
        (one) => `${place} during: ${actionIn(one)} did not happen, the call was over before ${momentOf(one)}`,
      ),
    );
  if (step.prompts !== undefined) {
    // Who takes time says meanwhile what the customer does.
    const compare = isInstant ? differences : missingInOrder;
    wrong.push(...compare(prompts, step.prompts, `${place} prompts`));
  }
  if (step.receipt !== undefined) {
    const lines =
      came.kind === 'result' && came.paid !== undefined ? receiptLines(came.paid.result, came.paid.asked) : [];
    const squeezed = lines.map((line) => line.replace(/ +/g, ' '));
    wrong.push(...missingInOrder(squeezed, step.receipt, `${place} receipt`));
  }
  return wrong;
}

function actionIn(one: During): string {
  return Object.keys(one).find((name) => !MOMENT.includes(name)) ?? '';
}

function momentOf({ at, time = 1, afterMs }: During): string {
  if (at === undefined) return `${afterMs} ms had passed`;
  return time === 1 ? `it showed ${at}` : `it showed ${at} ${time} times`;
}

const MOMENT: readonly string[] = ['at', 'time', 'afterMs'] satisfies readonly (keyof During)[];

interface ErrorSeen {
  readonly code: string;
  readonly charged?: string;
  readonly recovery?: unknown;
  readonly message: string;
}

function errorIn(error: unknown): ErrorSeen {
  if (error instanceof ReaderError) {
    const { code, charged, recovery, message } = error;
    return { code, charged, recovery, message };
  }
  return { code: 'none', message: error instanceof Error ? error.message : String(error) };
}

async function wrongAtEnd({ expect }: Scenario, seen: Seen): Promise<readonly string[]> {
  const wrong: string[] = [];
  const charges = expect?.charges && (await seen.charges?.());
  if (charges !== undefined) wrong.push(...differences(charges, expect?.charges, 'charges'));
  const apdus = expect?.apdus && (await seen.apdus?.());
  if (apdus !== undefined) wrong.push(...missingInOrder(apdus, expect?.apdus ?? [], 'apdus'));
  const log = expect?.log && (await seen.log?.());
  if (log !== undefined)
    wrong.push(...missingInOrder(log, expect?.log ?? [], 'log', (line, part) => line.includes(part)));
  return wrong;
}

function seenIn(simulation: Simulation): Seen {
  return {
    charges: async () => chargeLines(simulation.acquirer),
    apdus: async () => simulation.steps().map(({ name }) => name),
    log: async () => simulation.log().map(({ who, text }) => `${who} ${text}`),
  };
}

const RANDOM = /\.[0-9a-z]{12}$/;

/** What banks took, as `ORDER-ATTEMPT AMOUNT`, in order: a scenario knows nothing of what is random in a key. */
function chargeLines(acquirer: Pick<Simulation['acquirer'], 'charges'>): readonly string[] {
  return acquirer.charges().map(({ key, amount, currency }) => {
    const code = currencyOfNumeric(currency)?.code ?? '';
    return `${key.replace(RANDOM, '')} ${formatMoney({ minor: amount, currency: code })}`;
  });
}

function digestOf(simulation: Simulation, withTimes: boolean): string {
  const hash = sha256.create();
  const add = (text: string): void => void hash.update(new TextEncoder().encode(`${text}\n`));
  const time = (atMs: number): string => (withTimes ? `${atMs} ` : '');
  for (const { atMs, direction, report } of simulation.transcript()) add(`${time(atMs)}${direction} ${toHex(report)}`);
  for (const { atMs, who, text } of simulation.log()) add(`${time(atMs)}${who} ${text}`);
  return toHex(hash.digest());
}
