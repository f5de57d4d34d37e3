/** The figures of the reader image as rows: first those that come out the same in each run, then those of this machine. */
import { performance } from 'node:perf_hooks';
import { heldBytes } from '../memory.js';
import type { Row } from '../rows/row.js';
import { spreadOf } from '../stopwatch.js';
import { type Counted, startBenchReader, type Tap } from './benchReader.js';
import { leastHeapBytes, type PicoFigures } from './picoFigures.js';

/** RP2040 as the SDK sets it by default. */
const CLOCK_HZ = 125e6;
/** As the SDK can set it, too. Nothing ran there: the same cycles, in less time. */
const FASTER_CLOCK_HZ = 200e6;
/** Cycles that a person doesn't wait for; docs/decisions/0011-what-a-tap-costs.md. */
const GOALS = { ready: 75e6, tapFdda: 19e6, tapCda: 21e6, tapFourTenders: 62e6 };
const FIRST_ANSWER_MS_MAX = 700;
const SLOT_BYTES = 768 * 1024;
const READY_HEAP_MAX = 136 * 1024;
const LEAST_HEAP_MAX = 180 * 1024;
const STACK_MAX = 24 * 1024;
const CHIPS = 5;
const ROUNDS = 7;

export async function deterministicRows(figures: PicoFigures): Promise<Row[]> {
  const { heapAtReadyBytes, heapPeakBytes, stackPeakBytes, ready, firstAnswerNanos } = figures;
  return [
    cyclesRow('start: from power on until the reader hears hosts', ready, '', GOALS.ready),
    {
      name: 'first answer to a host that was there by then',
      unit: 'ms',
      value: firstAnswerNanos / 1e6,
      goal: { kind: 'atMost', value: FIRST_ANSWER_MS_MAX },
      detail: 'from power on; enumeration and handshake included',
    },
    cyclesRow('self-tests, between requests', figures.selfTests, ''),
    linkRow('connection: INIT, handshake, INFO', figures.link.connect, figures.linkInClear.connect),
    linkRow('question and answer, sealed', figures.link.lookup, figures.linkInClear.lookup),
    {
      name: 'of a tap, envelope and tokens: the cryptography below the script',
      unit: 'M instructions',
      value: figures.tokenInstructions / 1e6,
      detail: 'derived keys, AES-CBC, CMAC and HMAC of a tap with fDDA',
    },
    answerRow(figures),
    tapRow('tap fDDA, e = 3: the whole payment', figures.tapFdda, GOALS.tapFdda),
    tapRow('tap CDA, e = 3: the whole payment', figures.tapCda, GOALS.tapCda),
    tapRow('tap fDDA, e = 65537, smaller keys', figures.tapFdda65537),
    tapRow('tap CDA, e = 65537, smaller keys', figures.tapCda65537),
    tapRow('tap with a basket, four tenders', figures.tapFourTenders, GOALS.tapFourTenders),
    tapRow('tap with a basket, a card of 32 profiles', figures.tapFullCard),
    cyclesRow(
      'contact CDA, T=0: the whole payment',
      figures.contactCda,
      `${figures.contactCda.apdus} APDUs; the waiting for the line counted in, as far as the firmware is awake`,
    ),
    cyclesRow(
      'selection, 32 profiles with 12 coupons',
      figures.selection,
      'as a vector: its JSON over the console counted in',
    ),
    bytesRow('image in its slot', figures.imageBytes, SLOT_BYTES, ''),
    bytesRow('least heap with which all these taps work', await leastHeapBytes(), LEAST_HEAP_MAX, 'bisected'),
    bytesRow(
      'heap when ready',
      heapAtReadyBytes,
      READY_HEAP_MAX,
      'with the tables of @noble/ciphers it would be 1.4 MB',
    ),
    { name: 'heap peak of all these taps', unit: 'KiB', value: heapPeakBytes / 1024, detail: '' },
    bytesRow('C stack peak', stackPeakBytes, STACK_MAX, ''),
  ];
}

function linkRow(name: string, counted: Counted, inClear: Counted): Row {
  return cyclesRow(name, counted, `${millions(inClear.cycles)} cycles in version 1, which is in clear`);
}

export function answerRow({ answer, tapFdda }: Pick<PicoFigures, 'answer' | 'tapFdda'>): Row {
  const { deriveInstructions, checkInstructions } = answer;
  const instructions = deriveInstructions + checkInstructions;
  const share = ((100 * instructions) / tapFdda.instructions).toFixed(1);
  return {
    name: "of a tap, whose word the answer is: the response key derived, the answer's MAC checked",
    unit: 'M instructions',
    value: instructions / 1e6,
    detail: `${thousands(deriveInstructions)} and ${thousands(checkInstructions)}, script included; ${share} % of the tap with fDDA, e = 3`,
  };
}

function thousands(instructions: number): string {
  return `${Math.round(instructions / 1000)} k`;
}

export function tapRow(name: string, tap: Tap, goalCycles?: number): Row {
  return cyclesRow(name, tap, `${tap.apdus} APDUs, ${ms(tap.airNanos)} in the air`, goalCycles);
}

/** @param goalCycles at most */
export function cyclesRow(name: string, { instructions, cycles }: Counted, more: string, goalCycles?: number): Row {
  const faster = `${(1e3 * (cycles / FASTER_CLOCK_HZ)).toFixed(0)} ms at 200 MHz`;
  const counts = `${millions(cycles)} cycles, ${millions(instructions)} instructions, ${faster}`;
  return {
    name,
    unit: 'ms at 125 MHz',
    value: 1e3 * (cycles / CLOCK_HZ),
    ...(goalCycles === undefined ? {} : { goal: { kind: 'atMost', value: 1e3 * (goalCycles / CLOCK_HZ) } }),
    detail: more === '' ? counts : `${counts}; ${more}`,
  };
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(2)} M`;
}

export function bytesRow(name: string, bytes: number, max: number, detail: string): Row {
  return { name, unit: 'KiB', value: bytes / 1024, goal: { kind: 'atMost', value: max / 1024 }, detail };
}

export async function wallClockRows(): Promise<Row[]> {
  await using bench = await startBenchReader();
  await bench.pay('visa-debit');
  const perSecond: number[] = [];
  const stepsPerSecond: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    const { steps } = bench.chip;
    await bench.pay('visa-debit');
    const seconds = (performance.now() - startMs) / 1000;
    perSecond.push(1 / seconds);
    stepsPerSecond.push((bench.chip.steps - steps) / seconds / 1e6);
  }
  const taps = spreadOf(perSecond);
  return [
    {
      name: 'payments of the emulated chip',
      unit: '/s',
      value: taps.median,
      min: taps.min,
      max: taps.max,
      detail: `${spreadOf(stepsPerSecond).median.toFixed(0)} M steps a second`,
    },
    await memoryRow(),
  ];
}

async function memoryRow(): Promise<Row> {
  const before = heldBytes();
  const startMs = performance.now();
  const open = [];
  for (let chip = 0; chip < CHIPS; chip += 1) open.push(await startBenchReader());
  const startedMs = (performance.now() - startMs) / CHIPS;
  const mebibytes = (heldBytes() - before) / CHIPS / 1024 / 1024;
  for (const bench of open) await bench[Symbol.asyncDispose]();
  return {
    name: 'memory of an emulated chip',
    unit: 'MiB',
    value: mebibytes,
    detail: `${startedMs.toFixed(0)} ms to start one that was booted before`,
  };
}

export function ms(nanos: number): string {
  return `${(nanos / 1e6).toFixed(1)} ms`;
}
