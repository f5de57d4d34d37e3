/**
 * A Raspberry Pi Pico without the hardware: the processor, its memory and its flash run the very image that a person would
 * flash. Deterministic: same image, same calls, same steps and bytes. It runs when it's told to, and never by itself.
 * Source: RP2040 datasheet; rp2040js 1.4.1.   Floor: simulator machine chip.
 * Not modelled: the second core, noise of the ring oscillator.
 */

import type { Segment } from '@comptoir/factory';
import { seededBytes } from '#crypto/seed';
import { serveRomTrap } from './bootRom.js';
import { clockOf, type EmulatedAlarm, type EmulatedClock, uartOf } from './emulator.js';
import { createFlash, type FlashInMemory, PowerLost } from './flash.js';
import { MISS_CYCLES } from './flashCache.js';
import { type EmulatedChip, FLASH_START, HardFault } from './memory.js';
import { bitsOf } from './noise.js';
import { createProcessor, keepThroughReset } from './processor.js';

/** A Pico has 2 MiB. */
const PICO_FLASH_BYTES: number = 2 * 1024 * 1024;
const HARD_FAULT = 3;

/** Why `run` came back. */
type RunEnd =
  /** The steps, or the time, are over. */
  | 'more'
  /** Nothing happens until the next alarm of the chip, or for ever when there is none, unless something comes from outside. */
  | 'idle'
  /** `stop` was called. */
  | 'stopped'
  /** The program ended in a fault and no watchdog runs: only a reset helps. */
  | 'lockedUp'
  | 'noPower';

type ResetReason = 'powerOn' | 'watchdog' | 'powerLost';

interface RunLimits {
  readonly steps: number;
  /** Virtual time of `nanos()` at which it's enough; idle time passes from alarm to alarm, not beyond this. Default: none. */
  readonly untilNanos?: number;
}

export interface ChipOptions {
  /** What was flashed, such as `readUf2` gives. */
  readonly image: readonly Segment[];
  readonly flashBytes?: number;
  /** Where the noise of the ring oscillator comes from. Default: the same bytes for each chip. */
  readonly noise?: (length: number) => Uint8Array;
}

/** What a chip knows beside what is in the emulator. */
export interface ChipState {
  readonly steps: number;
  readonly idleSkips: number;
  readonly resets: number;
  readonly startNanos: number;
  readonly randomBits: number;
  readonly fault: string | undefined;
  readonly isOn: boolean;
}

export class Chip {
  readonly flash: FlashInMemory;
  /** Instructions and skips of idle time so far, resets included. */
  steps = 0;
  /** Those of them that were no instruction. */
  idleSkips = 0;
  resets = 0;
  /** Called with each byte that the chip writes to a UART. */
  readonly uartWritten: [(byte: number) => void, (byte: number) => void] = [ignore, ignore];
  /** Why the program ended, if it did. */
  fault: string | undefined;
  /** The program asked for the boot drive. */
  wantsUsbBoot = false;
  /** The emulator itself. Another one after each reset: what is attached to it has to be attached again, see `attach`. */
  core: EmulatedChip;
  private readonly flashMemory: Uint8Array;
  private readonly randomBit: () => number;
  private randomBits = 0;
  private readonly attached: ((reason: ResetReason) => void)[] = [];
  private pendingReset: ResetReason | undefined;
  private isStopped = false;
  private isOn = true;
  private startNanos = 0;
  private hardFaultReason = '';

  constructor({ image, flashBytes = PICO_FLASH_BYTES, noise = seededBytes('noise') }: ChipOptions) {
    this.randomBit = bitsOf(noise);
    this.flashMemory = new Uint8Array(flashBytes).fill(0xff);
    this.flash = createFlash(this.flashMemory);
    this.core = this.boot();
    for (const { address, data } of image) this.flash.load(address - FLASH_START, data);
  }

  /** Virtual time since the first start. */
  nanos(): number {
    return this.startNanos + this.core.clock.nanos;
  }

  /** Virtual time until the chip does something by itself; undefined when it won't. */
  idleNanos(): number | undefined {
    const clock = clockOf(this.core);
    return clock.nextAlarm === null ? undefined : Math.max(0, clock.nextAlarm.nanos - clock.nanosCounter);
  }

  /** Called now and after each reset, to connect what is outside to `core`. */
  attach(connect: (reason: ResetReason) => void): void {
    this.attached.push(connect);
    connect('powerOn');
  }

  /** An alarm of this start of the chip. */
  createAlarm(ring: () => void): EmulatedAlarm {
    return clockOf(this.core).createAlarm(ring);
  }

  feedUart(number: 0 | 1, byte: number): void {
    uartOf(this.core, number).feedByte(byte);
  }

  /** For snapshot.ts. */
  state(): ChipState {
    const { steps, idleSkips, resets, startNanos, randomBits, fault, isOn } = this;
    return { steps, idleSkips, resets, startNanos, randomBits, fault, isOn };
  }

  /** Power on, at a moment that was saved: see snapshot.ts. @param fill sets what the emulator holds */
  resume({ randomBits, ...state }: ChipState, fill: (core: EmulatedChip) => void): void {
    this.restart('powerOn', (core) => {
      while (this.randomBits < randomBits) this.nextRandomBit();
      Object.assign(this, state);
      fill(core);
    });
  }

  /** Has `run` come back after the instruction at hand. */
  stop(): void {
    this.isStopped = true;
  }

  /** From the pin, or as a debugger does. RAM stays. */
  reset(): void {
    this.restart('watchdog');
  }

  powerOff(): void {
    this.isOn = false;
  }

  /** From nothing: RAM is lost, flash stays. */
  powerOn(): void {
    this.isOn = true;
    this.restart('powerOn');
  }

  /** Lets time pass while the chip has nothing to do; alarms on the way ring. */
  passTo(nanos: number): void {
    const clock = clockOf(this.core);
    const passed = nanos - this.startNanos - clock.nanosCounter;
    if (passed > 0) clock.tick(passed);
  }

  run({ steps, untilNanos = Number.POSITIVE_INFINITY }: RunLimits): RunEnd {
    if (!this.isOn) return 'noPower';
    this.isStopped = false;
    const lastStep = this.steps + steps;
    while (this.steps < lastStep && !this.isStopped) {
      if (this.pendingReset !== undefined) this.restart(this.pendingReset);
      const clock = clockOf(this.core);
      const end = untilNanos - this.startNanos;
      if (clock.nanosCounter >= end) return 'more';
      if (this.core.core.waiting || this.fault !== undefined) {
        const alarm = clock.nextAlarm;
        if (alarm === null) return this.fault === undefined ? 'idle' : 'lockedUp';
        if (alarm.nanos > end) return 'idle';
        this.steps += 1;
        this.idleSkips += 1;
        clock.tick(Math.max(0, alarm.nanos - clock.nanosCounter));
      } else {
        this.execute(clock, lastStep, end);
      }
    }
    if (this.pendingReset !== undefined) this.restart(this.pendingReset);
    return this.isStopped ? 'stopped' : 'more';
  }

  /** Instructions, until something else is to be looked at. */
  private execute(clock: EmulatedClock, lastStep: number, end: number): void {
    const { core, flashCache } = this.core;
    const nanosPerCycle = 1e9 / this.core.clkSys;
    let { steps } = this;
    let { misses } = flashCache;
    try {
      while (steps < lastStep && !core.waiting && !this.isStopped && this.pendingReset === undefined) {
        steps += 1;
        clock.nanosCounter += core.executeInstruction() * nanosPerCycle;
        if (flashCache.misses !== misses) {
          const waited = (flashCache.misses - misses) * MISS_CYCLES;
          core.cycles += waited;
          clock.nanosCounter += waited * nanosPerCycle;
          misses = flashCache.misses;
        }
        const { nextAlarm } = clock;
        if (nextAlarm !== null && nextAlarm.nanos <= clock.nanosCounter) clock.tick(0);
        if (clock.nanosCounter >= end || this.fault !== undefined) break;
      }
    } catch (thrown) {
      this.thrownByInstruction(thrown);
    } finally {
      this.steps = steps;
    }
  }

  private thrownByInstruction(thrown: unknown): void {
    if (thrown instanceof PowerLost) this.pendingReset = 'powerLost';
    else if (thrown instanceof HardFault) this.hardFault(thrown.message);
    else throw thrown;
  }

  /** @see ARMv6-M Architecture Reference Manual B1.5.14: a fault in the handler of a fault locks the processor up */
  private hardFault(reason: string): void {
    const { core } = this.core;
    if (core.IPSR === HARD_FAULT) {
      this.fault = `${this.hardFaultReason}; then ${reason}, PC ${hex(core.PC)}`;
      return;
    }
    this.hardFaultReason = `${reason}, PC ${hex(core.PC)}, LR ${hex(core.LR)}`;
    try {
      core.exceptionEntry(HARD_FAULT);
    } catch (second) {
      this.fault = `${this.hardFaultReason}; then ${second instanceof Error ? second.message : String(second)}`;
    }
  }

  private restart(reason: ResetReason, prepare?: (core: EmulatedChip) => void): void {
    const before = this.core;
    this.startNanos += before.clock.nanos;
    this.pendingReset = undefined;
    this.fault = undefined;
    this.wantsUsbBoot = false;
    this.resets += 1;
    this.core = this.boot();
    if (reason === 'watchdog') keepThroughReset(before, this.core);
    prepare?.(this.core);
    for (const connect of this.attached) connect(reason);
  }

  private boot(): EmulatedChip {
    return createProcessor(this.flashMemory, {
      randomBit: () => this.nextRandomBit(),
      trapped: (chip, number) => this.trapped(chip, number),
      uartWritten: (uart, byte) => this.uartWritten[uart](byte),
      watchdogRang: () => {
        this.pendingReset = 'watchdog';
      },
    });
  }

  private nextRandomBit(): number {
    this.randomBits += 1;
    return this.randomBit();
  }

  private trapped(chip: EmulatedChip, number: number): void {
    const end = serveRomTrap(chip, number, this.flash);
    if (end === undefined) return;
    this.wantsUsbBoot = end === 'usbBoot';
    this.fault =
      end === 'usbBoot'
        ? 'the program asked for the boot drive'
        : `the boot ROM ended the program, trap ${hex(number)}`;
  }
}

function ignore(): void {}

function hex(value: number): string {
  return (value >>> 0).toString(16);
}
