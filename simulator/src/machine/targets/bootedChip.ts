/**
 * Starts a chip up to where its firmware waits for a host. A start that was made before, with the same flash and the same
 * noise, isn't made again: it's kept in this process, and in a folder beside the image for the next one.
 * Floor: simulator machine.
 */
import { createHash } from 'node:crypto';
import type { Chip, ChipState } from '../chip/chip.js';
import { resumeChip, saveChip } from '../chip/snapshot.js';
import { type BootedChip, readSnapshot, writeSnapshot } from './snapshotFolder.js';

/** Changes with whatever changes what a snapshot holds or means: the emulator's version, the models of this simulator. */
const FORMAT = 'rp2040js 1.4.1/3';
const SLICE_STEPS = 1_000_000;
const NANOS_MAX = 20e9;
/** A chip that sleeps for so long has nothing more to do. */
const QUIET_NANOS = 1_000_000;
/** An image that ends by itself so often doesn't come up any more. */
const RESETS_MAX = 3;
/** In this process: the latest starts, two megabytes each. */
const KEPT_MAX = 8;

interface BootOptions {
  /** Names the noise that the chip was made with: other noise, another start. */
  readonly noise: string;
  /** Without its end: the line of the console that says that the firmware is ready. */
  readonly readyLine: string;
  /** For other processes. Undefined: none. */
  readonly folder: string | undefined;
  /** Asked when the chip sleeps: whether what is outside has nothing more to do, either. Default: it never has. */
  readonly isSettled?: () => boolean;
}

const kept = new Map<string, BootedChip>();

/** Power on, until it's ready. @throws Error with the last line of the console when it never is */
export function bootChip(chip: Chip, { noise, readyLine, folder, isSettled = () => true }: BootOptions): void {
  const before = stateNow(chip);
  const key = createHash('sha256')
    .update(`${FORMAT}\n${noise}\n${before.randomBits}\n${readyLine}\n`)
    .update(chip.flash.bytes)
    .digest('hex');
  const found = kept.get(key) ?? readSnapshot(folder, key);
  if (found !== undefined) {
    resumeChip(chip, { ...found, state: between(found.state, before, 1) });
    for (const byte of found.console) chip.uartWritten[0](byte);
    keep(key, found);
    return;
  }
  const console = run(chip, readyLine, isSettled);
  const saved = saveChip(chip);
  const booted = { ...saved, state: between(saved.state, before, -1), console };
  keep(key, booted);
  writeSnapshot(folder, key, booted);
}

function run(chip: Chip, readyLine: string, isSettled: () => boolean): Uint8Array {
  const console: number[] = [];
  const tell = chip.uartWritten[0];
  let isReady = false;
  let line = '';
  let lastLine = '';
  chip.uartWritten[0] = (byte) => {
    console.push(byte);
    tell(byte);
    if (byte === 0x0a) {
      lastLine = line.trim() || lastLine;
      isReady ||= lastLine === readyLine;
      line = '';
    } else {
      line += String.fromCharCode(byte);
    }
  };
  try {
    chip.powerOn();
    const { resets } = chip;
    const startNanos = chip.nanos();
    for (;;) {
      const end = chip.run({ steps: SLICE_STEPS, untilNanos: chip.nanos() + QUIET_NANOS });
      if (isReady && end === 'idle' && isSettled()) return Uint8Array.from(console);
      if (end === 'idle') chip.passTo(chip.nanos() + QUIET_NANOS);
      if (chip.fault !== undefined) throw new Error(`the firmware ended: ${chip.fault}`);
      if (chip.resets - resets >= RESETS_MAX) throw new Error(`the image resets again and again: ${lastLine}`);
      if (chip.nanos() - startNanos > NANOS_MAX) throw new Error(`the reader did not come up: ${lastLine}`);
    }
  } finally {
    chip.uartWritten[0] = tell;
  }
}

function keep(key: string, booted: BootedChip): void {
  kept.delete(key);
  kept.set(key, booted);
  for (const oldest of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(oldest);
}

/** Its time is that of a chip that was switched on just now. */
function stateNow(chip: Chip): ChipState {
  return { ...chip.state(), startNanos: chip.nanos() };
}

/** @param sign 1 goes on from `from`, -1 counts from there */
function between(state: ChipState, from: ChipState, sign: 1 | -1): ChipState {
  return {
    ...state,
    steps: state.steps + sign * from.steps,
    idleSkips: state.idleSkips + sign * from.idleSkips,
    resets: state.resets + sign * from.resets,
    startNanos: state.startNanos + sign * from.startNanos,
    randomBits: state.randomBits + sign * from.randomBits,
  };
}
