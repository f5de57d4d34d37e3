/**
 * Payments by the thousand on simulated readers, one in a hundred with something that goes wrong: no key serial number twice, no card
 * number in anything that left a reader, and every payment ends known, by its result or by `lookup`.
 * The same seed makes the same payments.
 */
import { decodeMessage, equalBytes, latin1FromBytes, toHex, unsignedFromBytes } from '@comptoir/protocol';
import { connect, type Key, type LookupResult, newKey, type PayResult, type Reader, ReaderError } from '@comptoir/sdk';
import { openEnvelope } from '@comptoir/sdk/acquirer';
import { digitsOfPacked, packedNumberIn } from '@comptoir/sdk/tokens';
import { type Simulation, simulate, type TargetName } from '@comptoir/simulator';
import { developmentKeys } from '../../src/board/developmentKeys.js';
import { seededBytes } from '../../src/seed.js';
import { collectGarbage } from '../garbage.js';
import { findNumber } from './searchTranscript.js';

export interface SoakOptions {
  readonly payments: number;
  readonly seed: number | string;
  readonly target?: TargetName;
  /** Of a hundred payments, so many have a fault. Default 1. */
  readonly faultsInHundred?: number;
  /** Default: the reader that is bundled with the simulator. */
  readonly firmware?: NonNullable<Parameters<typeof simulate>[0]>['firmware'];
  /** Called now and then. */
  readonly told?: (done: number) => void;
}

export interface SoakReport {
  readonly payments: number;
  readonly faults: number;
  /** How many ended how: a status, or `unknown, not charged`. */
  readonly ends: Readonly<Record<string, number>>;
  readonly keySerialNumbers: number;
  /** Those that came with two envelopes. */
  readonly repeated: readonly string[];
  /** Faults of envelopes that don't open. */
  readonly unopened: readonly string[];
  /** Encodings in which a number was found, with the reader's seed. */
  readonly numbersFound: readonly string[];
  /** Keys of payments whose end nobody knows. */
  readonly unknown: readonly string[];
  /** Of JavaScript's heap after each reader, in bytes, without garbage. */
  readonly heapBytes: readonly number[];
}

type Injected = Parameters<Simulation['inject']>[0];

/** A reader's life; then another one takes its place. */
const PAYMENTS_OF_READER = 250;
const LOOKUPS_MAX = 5;
const HEAPS_KEPT = 1000;
const CARDS = ['visa-debit', 'mastercard', 'declined', 'declined-offline', 'dynamic'] as const;
const FAULTS: readonly Injected[] = [
  { kind: 'tear', atApdu: 3 },
  { kind: 'tear', atApdu: 5, lost: 'answer' },
  { kind: 'unplug', at: 'reading', replugMs: 500 },
  { kind: 'unplug', at: 'during-authorisation', replugMs: 500 },
  { kind: 'unplug', at: 'result', replugMs: 500 },
  { kind: 'frames', does: 'drop', from: 'reader', atFrame: 3 },
  { kind: 'frames', does: 'corrupt', from: 'reader', atFrame: 2 },
  { kind: 'frames', does: 'duplicate', from: 'host', atFrame: 2 },
  { kind: 'host', does: 'lost' },
  { kind: 'host', does: 'refuses' },
  { kind: 'host', does: 'late' },
  { kind: 'host', does: 'duplicate' },
  { kind: 'power-cut', operation: 1, how: 'torn', restoreMs: 500 },
  { kind: 'power-cut', operation: 1, how: 'clean', restoreMs: 500 },
  { kind: 'power-cut', operation: 2, how: 'clean', restoreMs: 500 },
];

export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { payments, seed, target = 'node', faultsInHundred = 1, firmware, told } = options;
  const random = seededBytes(`soak/${seed}`);
  const draw = (below: number): number => unsignedFromBytes(random(4)) % below;
  const ends = new Map<string, number>();
  const repeated: string[] = [];
  const unopened: string[] = [];
  const numbersFound: string[] = [];
  const unknown: string[] = [];
  const heapBytes: number[] = [];
  let [done, faults, keySerialNumbers] = [0, 0, 0];

  for (let life = 0; done < payments; life += 1) {
    const readerSeed = `soak/${seed}/${life}`;
    await using simulation = await simulate({ seed: readerSeed, target, ...(firmware && { firmware }) });
    const watch = watchHost(simulation, readerSeed, { repeated, unopened });
    const till = { ...simulation, host: watch.host };
    let reader = await connect(simulation, till);
    for (let sale = 0; sale < PAYMENTS_OF_READER && done < payments; sale += 1) {
      const key = newKey(`soak-${life}-${sale}`);
      const isFaulty = draw(100) < faultsInHundred;
      const fault = FAULTS[draw(FAULTS.length)];
      const card = CARDS[draw(CARDS.length)] ?? CARDS[0];
      if (isFaulty && fault !== undefined) {
        faults += 1;
        await simulation.inject(fault);
      }
      simulation.tap(card);
      const amount = { minor: 1 + draw(50_000), currency: 'EUR' };
      let end: PayResult | LookupResult | undefined = await reader.pay({ amount, key }).catch(notCharged);
      simulation.lift();
      for (let time = 0; !isKnown(end) && time < LOOKUPS_MAX; time += 1) {
        await simulation.clock.sleep(30_000);
        reader = await connectedAgain(reader, simulation, till);
        end = await reader.lookup(key).catch(() => undefined);
      }
      reader = await connectedAgain(reader, simulation, till);
      const name = endOf(end);
      ends.set(name, (ends.get(name) ?? 0) + 1);
      if (!isKnown(end)) unknown.push(key);
      done += 1;
      if (done % 50 === 0) told?.(done);
    }
    await reader.close();
    keySerialNumbers += watch.seen();
    const transcript = simulation.transcript();
    for (const number of watch.numbers)
      numbersFound.push(...findNumber(transcript, simulation.messages(), number).map((how) => `${readerSeed}: ${how}`));
    if (heapBytes.length < HEAPS_KEPT) {
      collectGarbage();
      heapBytes.push(process.memoryUsage().heapUsed);
    }
  }
  told?.(done);
  return {
    payments: done,
    faults,
    ends: Object.fromEntries([...ends].sort()),
    keySerialNumbers,
    repeated,
    unopened,
    numbersFound,
    unknown,
    heapBytes,
  };
}

type Till = Parameters<typeof connect>[1];
type End = PayResult | LookupResult | undefined;

/** A key that the reader refused, or a card that it never read: an error that says that nothing was charged is an end. */
function notCharged(error: unknown): End {
  if (error instanceof ReaderError && error.charged === 'no') return { status: 'never-seen' };
  return undefined;
}

function isKnown(end: End): boolean {
  return end !== undefined && (end.status !== 'unknown' || !('charged' in end) || end.charged !== 'maybe');
}

function endOf(end: End): string {
  if (end === undefined) return 'unknown';
  return end.status === 'unknown' && isKnown(end)
    ? `unknown, charged: ${'charged' in end ? end.charged : ''}`
    : end.status;
}

/** After a cable that was pulled, or power that failed. */
async function connectedAgain(reader: Reader, simulation: Simulation, till: Till): Promise<Reader> {
  if (reader.state !== 'gone') return reader;
  for (let time = 0; ; time += 1) {
    await simulation.clock.sleep(1000);
    try {
      return await connect(simulation, till);
    } catch (fault) {
      if (time === LOOKUPS_MAX) throw fault;
      if (time > 1) await simulation.restart();
    }
  }
}

interface Findings {
  readonly repeated: string[];
  readonly unopened: string[];
}

interface Watch {
  readonly host: Simulation['host'];
  /** Digits of the numbers that were sealed: what must be nowhere else. */
  readonly numbers: ReadonlySet<string>;
  readonly seen: () => number;
}

/** Everything that a reader asks its acquirer. Its counters rise, so one is enough to know a repeated one. */
function watchHost(simulation: Simulation, seed: string, into: Findings): Watch {
  const bdk = developmentKeys(seed, simulation.serial).baseDerivationKey;
  const numbers = new Set<string>();
  let last: { readonly counter: number; readonly envelope: Uint8Array } | undefined;
  let seen = 0;

  function look(bytes: Uint8Array, _key: Key): void {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok || decoded.message.kind !== 'authorise') return;
    const { envelope } = decoded.message;
    const opened = openEnvelope(envelope, { bdk });
    if (!opened.ok) {
      into.unopened.push(opened.fault);
      return;
    }
    const packed = packedNumberIn(opened.cardData);
    const digits = packed && digitsOfPacked(packed);
    if (digits !== undefined) numbers.add(latin1FromBytes(digits.map((digit) => digit + 0x30)));
    opened.wipe();
    const counter = unsignedFromBytes(opened.ksn.subarray(8));
    if (last === undefined || counter > last.counter) {
      seen += 1;
      last = { counter, envelope };
    } else if (!equalBytes(envelope, last.envelope)) into.repeated.push(toHex(opened.ksn));
  }
  const host = {
    ...simulation.host,
    authorise: (...call: Parameters<Simulation['host']['authorise']>) => {
      look(call[0], call[1]);
      return simulation.host.authorise(...call);
    },
  };
  return { host, numbers, seen: () => seen };
}
