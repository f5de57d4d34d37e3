/**
 * One simulated reader from its start to its end: some hundred payments, some of them with a fault, and a search of everything that left it.
 * The same seed makes the same payments.
 */

import { openEnvelope } from '@comptoir/acquirer';
import { digitsOfPacked, packedNumberIn } from '@comptoir/acquirer/tokens';
import { seededBytes } from '@comptoir/crypto/seed';
import { developmentKeys } from '@comptoir/factory/development';
import { decodeMessage, equalBytes, latin1FromBytes, toHex, unsignedFromBytes } from '@comptoir/protocol';
import {
  connect,
  type LookupResult,
  newKey,
  type PaymentId,
  type PayResult,
  type Reader,
  ReaderError,
} from '@comptoir/sdk';
import { type Simulation, simulate, type TargetName } from '@comptoir/simulator';
import { findNumber } from './searchTranscript.js';

export interface SoakLife {
  /** Of this reader: its number, its keys and its payments are made from it. */
  readonly seed: string;
  readonly payments: number;
  readonly target: TargetName;
  /** Of a hundred payments, so many have a fault. */
  readonly faultsInHundred: number;
  /** Default: the reader that is bundled with the simulator. */
  readonly firmware?: NonNullable<Parameters<typeof simulate>[0]>['firmware'];
}

export interface LifeReport {
  readonly payments: number;
  readonly faults: number;
  /** How many ended how: a status, or `unknown, charged: no`. */
  readonly ends: Readonly<Record<string, number>>;
  readonly keySerialNumbers: number;
  /** Key serial numbers that came with two envelopes. */
  readonly repeated: readonly string[];
  /** Faults of envelopes that don't open. */
  readonly unopened: readonly string[];
  /** Encodings in which a number was found, with the reader's seed. */
  readonly numbersFound: readonly string[];
  /** Keys of payments whose end nobody knows. */
  readonly unknown: readonly string[];
}

type Injected = Parameters<Simulation['inject']>[0];

const LOOKUPS_MAX = 5;
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
  { kind: 'acquirer', does: 'lost' },
  { kind: 'acquirer', does: 'refuses' },
  { kind: 'acquirer', does: 'late' },
  { kind: 'acquirer', does: 'duplicate' },
  { kind: 'power-cut', operation: 1, how: 'torn', restoreMs: 500 },
  { kind: 'power-cut', operation: 1, how: 'clean', restoreMs: 500 },
  { kind: 'power-cut', operation: 2, how: 'clean', restoreMs: 500 },
  // Where the next 64 counters are written: an erased sector, a programmed page, the old record's sector.
  { kind: 'power-cut', of: 'keys', operation: 1, how: 'torn', restoreMs: 500 },
  { kind: 'power-cut', of: 'keys', operation: 2, how: 'clean', restoreMs: 500 },
  { kind: 'power-cut', of: 'keys', operation: 3, how: 'torn', restoreMs: 500 },
];

/** @param paid called after each payment */
export async function soakReader(life: SoakLife, paid: () => void): Promise<LifeReport> {
  const { seed, target, faultsInHundred, firmware } = life;
  const random = seededBytes(`${seed}/draws`);
  const draw = (below: number): number => unsignedFromBytes(random(4)) % below;
  const ends: Record<string, number> = {};
  const [repeated, unopened, numbersFound, unknown]: [string[], string[], string[], string[]] = [[], [], [], []];
  let faults = 0;

  await using simulation = await simulate({ seed, target, ...(firmware && { firmware }) });
  const watch = watchAcquirer(simulation, seed, { repeated, unopened });
  const till = { ...simulation, acquirer: watch.acquirer };
  let reader = await connect(simulation, till);
  for (let sale = 0; sale < life.payments; sale += 1) {
    const key = newKey(`soak-${sale}`);
    const isFaulty = draw(100) < faultsInHundred;
    const fault = FAULTS[draw(FAULTS.length)];
    const card = CARDS[draw(CARDS.length)] ?? CARDS[0];
    if (isFaulty && fault !== undefined) {
      faults += 1;
      await simulation.inject(fault);
    }
    simulation.tap(card);
    const amount = { minor: 1 + draw(50_000), currency: 'EUR' };
    let end: End = await reader.pay({ amount, key }).catch(notCharged);
    simulation.lift();
    for (let time = 0; !isKnown(end) && time < LOOKUPS_MAX; time += 1) {
      await simulation.clock.sleep(30_000);
      reader = await connectedAgain(reader, simulation, till);
      end = await reader.lookup(key).catch(() => undefined);
    }
    reader = await connectedAgain(reader, simulation, till);
    const name = endOf(end);
    ends[name] = (ends[name] ?? 0) + 1;
    if (!isKnown(end)) unknown.push(`${seed}: ${key}`);
    paid();
  }
  await reader.close();
  const transcript = simulation.transcript();
  for (const number of watch.numbers)
    numbersFound.push(...findNumber(transcript, simulation.messages(), number).map((how) => `${seed}: ${how}`));
  const keySerialNumbers = watch.seen();
  return { payments: life.payments, faults, ends, keySerialNumbers, repeated, unopened, numbersFound, unknown };
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
  readonly acquirer: Simulation['acquirer'];
  /** Digits of the numbers that were sealed: what must be nowhere else. */
  readonly numbers: ReadonlySet<string>;
  readonly seen: () => number;
}

/** Everything that a reader asks its acquirer. Its counters rise, so one is enough to know a repeated one. */
function watchAcquirer(simulation: Simulation, seed: string, into: Findings): Watch {
  const bdk = developmentKeys(seed, simulation.serial).baseDerivationKey;
  const numbers = new Set<string>();
  let last: { readonly counter: number; readonly envelope: Uint8Array } | undefined;
  let seen = 0;

  function look(bytes: Uint8Array, _key: PaymentId): void {
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
  const acquirer = {
    ...simulation.acquirer,
    authorise: (...call: Parameters<Simulation['acquirer']['authorise']>) => {
      look(call[0], call[1]);
      return simulation.acquirer.authorise(...call);
    },
  };
  return { acquirer, numbers, seen: () => seen };
}
