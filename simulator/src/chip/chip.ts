/**
 * A Raspberry Pi Pico without the hardware: the processor, its memory and its flash run the very image that a person would
 * flash. Deterministic: same image, same calls, same steps and bytes. It runs when it's told to, and never by itself.
 * Source: RP2040 datasheet; rp2040js 1.4.1.   Floor: simulator chip.
 * Not modelled: caches and wait states of the flash, the second core, noise of the ring oscillator.
 */
import type { RP2040 } from 'rp2040js';
import { seededBytes } from '../seed.js';
import { BOOT_ROM_BASE64 } from './bootRom.gen.js';
import { clockOf, type EmulatedAlarm, type EmulatedClock, setRandomBit, uartOf, watchdogOf } from './emulator.js';
import { createFlash, type Flash, PowerLost } from './flash.js';
import { EmulatedChip, FLASH_START, HardFault, ROM_BYTES } from './memory.js';
import { ROM_TRAP } from './romTraps.js';
import type { Segment } from './uf2.js';

/** A Pico has 2 MiB. */
export const PICO_FLASH_BYTES: number = 2 * 1024 * 1024;
const STACK_IN_ROM = 0x20041f00;
/** What RAM holds before it's written: nothing that a program could take for zero. */
const RAM_AT_POWER_ON = 0xcb;
const HARD_FAULT = 3;
const NOISE_BYTES = 32;

/** Why `run` came back. */
export type RunEnd =
  /** The steps, or the time, are over. */
  | 'more'
  /** Nothing happens until the next alarm of the chip, or for ever when there is none, unless something comes from outside. */
  | 'idle'
  /** `stop` was called. */
  | 'stopped'
  /** The program ended in a fault and no watchdog runs: only a reset helps. */
  | 'lockedUp'
  | 'noPower';

export type ResetReason = 'powerOn' | 'watchdog' | 'powerLost';

export interface RunLimits {
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
  readonly resets: number;
  readonly startNanos: number;
  readonly randomBits: number;
  readonly fault: string | undefined;
  readonly isOn: boolean;
}

export class Chip {
  readonly flash: Flash;
  /** Instructions and skips of idle time so far, resets included. */
  steps = 0;
  resets = 0;
  /** Called with each byte that the chip writes to a UART. */
  readonly uartWritten: [(byte: number) => void, (byte: number) => void] = [ignore, ignore];
  /** Why the program ended, if it did. */
  fault: string | undefined;
  /** The program asked for the boot drive. */
  wantsUsbBoot = false;
  /** The emulator itself. Another one after each reset: what is attached to it has to be attached again, see `attach`. */
  core: RP2040;
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

  /** For `saveChip`. */
  state(): ChipState {
    const { steps, resets, startNanos, randomBits, fault, isOn } = this;
    return { steps, resets, startNanos, randomBits, fault, isOn };
  }

  /** For `restoreChip`: a new chip takes over where another one was. */
  setState({ steps, resets, startNanos, randomBits, fault, isOn }: ChipState): void {
    while (this.randomBits < randomBits) this.nextRandomBit();
    Object.assign(this, { steps, resets, startNanos, fault, isOn });
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
    const { core } = this.core;
    const nanosPerCycle = 1e9 / this.core.clkSys;
    let { steps } = this;
    try {
      while (steps < lastStep && !core.waiting && !this.isStopped && this.pendingReset === undefined) {
        steps += 1;
        clock.nanosCounter += core.executeInstruction() * nanosPerCycle;
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

  private restart(reason: ResetReason): void {
    const before = this.core;
    this.startNanos += before.clock.nanos;
    this.pendingReset = undefined;
    this.fault = undefined;
    this.wantsUsbBoot = false;
    this.resets += 1;
    this.core = this.boot();
    if (reason === 'watchdog') {
      this.core.sram.set(before.sram);
      const watchdog = watchdogOf(this.core);
      watchdog.scratchData.set(watchdogOf(before).scratchData);
      watchdog.reason = watchdogOf(before).reason;
    }
    for (const connect of this.attached) connect(reason);
  }

  /** A new chip at the second-stage loader, where the real ROM goes after its own work. */
  private boot(): RP2040 {
    const chip = new EmulatedChip(this.flashMemory);
    chip.logger = SILENT;
    chip.loadBootrom(bootRomWords());
    chip.sram.fill(RAM_AT_POWER_ON);
    setRandomBit(chip, () => this.nextRandomBit());
    chip.onBreak = (number) => this.trapped(chip, number);
    uartOf(chip, 0).onByte = (byte) => this.uartWritten[0](byte);
    uartOf(chip, 1).onByte = (byte) => this.uartWritten[1](byte);
    const watchdog = watchdogOf(chip);
    watchdog.onWatchdogTrigger = () => {
      this.pendingReset = 'watchdog';
      // Left on, its timer would ring for ever within one tick of the clock.
      watchdog.timer.enable = false;
      watchdog.alarm.enable = false;
    };
    chip.core.SP = STACK_IN_ROM;
    chip.core.LR = 0;
    chip.core.PC = FLASH_START;
    return chip;
  }

  private nextRandomBit(): number {
    this.randomBits += 1;
    return this.randomBit();
  }

  private trapped(chip: RP2040, number: number): void {
    const { core } = chip;
    if (core.PC >= ROM_BYTES) throw new HardFault(`breakpoint ${number}`);
    const [first = 0, second = 0, third = 0] = core.registers;
    switch (number) {
      case ROM_TRAP.connectInternalFlash:
      case ROM_TRAP.flashExitXip:
      case ROM_TRAP.flashFlushCache:
      case ROM_TRAP.flashEnterCmdXip:
        return;
      case ROM_TRAP.flashRangeErase:
        this.flash.erase(first, second);
        return;
      case ROM_TRAP.flashRangeProgram:
        // While it's programmed, flash can't be read.
        if (second >>> 28 === FLASH_START >>> 28) throw new HardFault('flash is programmed from flash');
        this.flash.program(
          first,
          Uint8Array.from({ length: third }, (_, at) => chip.readUint8(second + at)),
        );
        return;
      case ROM_TRAP.resetUsbBoot:
        this.wantsUsbBoot = true;
        this.fault = 'the program asked for the boot drive';
        return;
      default:
        this.fault = `the boot ROM ended the program, trap ${hex(number)}`;
    }
  }
}

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function bitsOf(noise: (length: number) => Uint8Array): () => number {
  let bits: number[] = [];
  return () => {
    if (bits.length === 0)
      bits = [...noise(NOISE_BYTES)].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((at) => (byte >> at) & 1));
    return bits.pop() ?? 0;
  };
}

function bootRomWords(): Uint32Array {
  const words = new Uint32Array(ROM_BYTES / 4);
  new Uint8Array(words.buffer).set(Buffer.from(BOOT_ROM_BASE64, 'base64'));
  return words;
}

function ignore(): void {}

function hex(value: number): string {
  return (value >>> 0).toString(16);
}
