/**
 * The figures of the reader image that come out the same in each run: instructions, bytes.
 */
import type { Chip } from '../../src/machine/chip/chip.js';
import { FLASH_START } from '../../src/machine/chip/memory.js';
import { loadPicoImage, type PicoImageName } from '../../src/machine/targets/picoImages.js';
import { createPicoVectorEngine } from '../../src/trials/replay/picoVectors.js';
import { selectOnce } from '../rows/checkoutRows.js';
import { type AnswerFigures, answerFigures } from './answerCheck.js';
import {
  type BenchReader,
  type Counted,
  countedSince,
  countsOf,
  type LinkFigures,
  type Start,
  startBenchReader,
  type Tap,
} from './benchReader.js';

/** firmware/port/boards/pico/flashLayout.h: where slot A's manifest is, and in it the length of the body. */
const SLOT_A = FLASH_START + 0x10000;
const BODY_LENGTH_OFFSET = 28;
const STACK_PAINT = 0xa5a5a5a5;
const READY_LINE = 'comptoir ready';
const LINE_END = 0x0a;
const STEPS_MAX = 1e9;

export interface PicoFigures {
  readonly imageBytes: number;
  /** Boot stage and start of the script, until the reader hears hosts. */
  readonly ready: Start;
  /** With a host that is there by then: the answer to its first INIT and INFO, enumeration and handshake included. */
  readonly firstAnswerNanos: number;
  /** Between its hosts' requests, after it's ready; before its first card at the latest. */
  readonly selfTests: Counted;
  readonly heapAtReadyBytes: number;
  readonly heapPeakBytes: number;
  readonly stackPeakBytes: number;
  /** In version 2, and what the same takes in version 1, in clear. */
  readonly link: LinkFigures;
  readonly linkInClear: LinkFigures;
  /** Below the script, in a payment with fDDA: what makes envelope, index token and transaction token. */
  readonly tokenInstructions: number;
  readonly answer: AnswerFigures;
  /** The first payment after a start. */
  readonly tapFdda: Tap;
  readonly tapCda: Tap;
  /** The same with smaller keys of exponent 65537. */
  readonly tapFdda65537: Tap;
  readonly tapCda65537: Tap;
  /** A basket: coupon, gift card, account in part, bank card. */
  readonly tapFourTenders: Tap;
  /** A basket, and a card with 32 profiles. */
  readonly tapFullCard: Tap;
  /** A whole payment with a card in the slot, T=0 and both cryptograms: the firmware drives the contacts, and waits for each character. */
  readonly contactCda: Tap;
  /** The selection over a card that is full, from the bytes that it lists; on the image with the vectors. */
  readonly selection: Counted;
}

export async function measurePico(): Promise<PicoFigures> {
  await using bench = await startBenchReader();
  const started = await startWithHost();
  const heapAtReadyBytes = wordAt(bench, 'used');
  const link = await bench.link(2);
  const linkInClear = await bench.link(1);
  const tapFdda = await bench.pay('visa-debit');
  const tapCda = await bench.pay('mastercard');
  const tapFdda65537 = await bench.pay('visa-credit');
  const tapCda65537 = await bench.pay('mastercard-debit');
  const tapFourTenders = await bench.checkout();
  const tapFullCard = await bench.checkoutFull();
  const contactCda = await bench.pay('mastercard', 'contact');
  const counter = countWithin(bench, TOKEN_FUNCTIONS);
  await bench.pay('visa-debit');
  return {
    imageBytes: imageBytes('comptoir'),
    ...started,
    selfTests: {
      instructions: bench.boot.instructions - started.ready.instructions,
      cycles: bench.boot.cycles - started.ready.cycles,
    },
    link,
    linkInClear,
    heapAtReadyBytes,
    heapPeakBytes: wordAt(bench, 'peak'),
    stackPeakBytes: stackPeak(bench),
    tapFdda,
    tapCda,
    tapFdda65537,
    tapCda65537,
    tapFourTenders,
    tapFullCard,
    contactCda,
    tokenInstructions: counter(),
    // Last: what it holds open is no part of the other figures.
    answer: await answerFigures(bench),
    selection: await selectionCounts(),
  };
}

async function startWithHost(): Promise<Pick<PicoFigures, 'ready' | 'firstAnswerNanos'>> {
  await using bench = await startBenchReader({ boot: runToReady });
  return { ready: bench.boot, firstAnswerNanos: bench.chip.nanos() };
}

/** Up to the line of the console that says so. */
function runToReady(chip: Chip): void {
  const tell = chip.uartWritten[0];
  let line = '';
  chip.uartWritten[0] = (byte) => {
    tell(byte);
    line = byte === LINE_END ? '' : line + String.fromCharCode(byte);
    if (line === READY_LINE) chip.stop();
  };
  chip.powerOn();
  while (chip.run({ steps: STEPS_MAX }) === 'idle') chip.passTo(chip.nanos() + (chip.idleNanos() ?? 0));
  chip.uartWritten[0] = tell;
}

async function selectionCounts(): Promise<Counted> {
  const engine = createPicoVectorEngine(loadPicoImage('comptoir-vectors'));
  await selectOnce(engine);
  const { chip } = engine;
  if (chip === undefined) throw new Error('the image with the vectors is not open');
  const before = countsOf(chip);
  await selectOnce(engine);
  const counted = countedSince(chip, before);
  engine.dispose();
  return counted;
}

/**
 * The least heap with which the same two payments and a basket are approved: found by giving the engine less than it asks for when it
 * starts its heap. @returns bytes, to a kibibyte
 */
export async function leastHeapBytes(): Promise<number> {
  let works = 232;
  let fails = 64;
  while (works - fails > 1) {
    const kibibytes = Math.floor((works + fails) / 2);
    if (await worksWith(kibibytes * 1024)) works = kibibytes;
    else fails = kibibytes;
  }
  return works * 1024;
}

async function worksWith(heapBytes: number): Promise<boolean> {
  try {
    await using bench = await startBenchReader({
      noise: `heap ${heapBytes}`,
      prepare: (chip, symbols) => giveHeap(chip, symbols.get('heap_start') ?? 0, heapBytes),
    });
    const { resets } = bench.chip;
    await bench.pay('visa-debit');
    await bench.pay('mastercard');
    await bench.checkout();
    await bench.checkoutFull();
    return bench.chip.resets === resets;
  } catch {
    return false;
  }
}

/** `heap_start(arena, bytes)` gets other bytes. */
function giveHeap(chip: Chip, heapStart: number, heapBytes: number): void {
  chip.attach(() => {
    const { core } = chip.core;
    const { executeInstruction } = core;
    core.executeInstruction = () => {
      if (core.PC === (heapStart & ~1)) core.registers[1] = heapBytes;
      return executeInstruction.call(core);
    };
  });
}

/** Functions of the port that a payment calls for nothing but envelope and tokens: a card's own data are hashed, and recovered by RSA. */
const TOKEN_FUNCTIONS = ['derive_key', 'encrypt_cbc', 'cmac', 'hmac_sha256'].map((name) => `board_secure_${name}`);

/** From now on: instructions from the begin of a function to its return. @returns reads the counter */
function countWithin({ chip, symbols }: Watched, functions: readonly string[]): () => number {
  const entries = new Set(functions.map((name) => (symbols.get(name) ?? 0) & ~1));
  const { core } = chip.core;
  const { executeInstruction } = core;
  let counted = 0;
  let end = 0;
  core.executeInstruction = () => {
    if (core.PC === end) end = 0;
    else if (end === 0 && entries.has(core.PC)) end = core.LR & ~1;
    if (end !== 0) counted += 1;
    return executeInstruction.call(core);
  };
  return () => {
    core.executeInstruction = executeInstruction;
    return counted;
  };
}

/** Of the body in slot A. */
export function imageBytes(name: PicoImageName): number {
  const at = SLOT_A + BODY_LENGTH_OFFSET;
  const block = loadPicoImage(name).segments.find(
    ({ address, data }) => address <= at && at + 4 <= address + data.length,
  );
  if (block === undefined) throw new Error('the image has no manifest of slot A');
  return new DataView(block.data.buffer, block.data.byteOffset).getUint32(at - block.address, true);
}

/** A chip and the addresses of its program. */
type Watched = Pick<BenchReader, 'chip' | 'symbols'>;

export function wordAt({ chip, symbols }: Watched, name: string): number {
  const address = symbols.get(name);
  if (address === undefined) throw new Error(`the program has no ${name}`);
  return chip.core.readUint32(address);
}

/** What was painted at the start (firmware/port/boards/pico/watch.c) and is no more. */
export function stackPeak({ chip, symbols }: Watched): number {
  const end = symbols.get('__StackTop') ?? 0;
  let address = symbols.get('__StackLimit') ?? 0;
  while (address < end && chip.core.readUint32(address) === STACK_PAINT) address += 4;
  return end - address;
}
