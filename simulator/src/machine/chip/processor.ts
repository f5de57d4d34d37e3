/**
 * The emulator as a chip is right after power on or a reset, at the second-stage loader, where the real ROM goes after its own
 * work; and what lives on when it's reset.
 * Source: RP2040 datasheet 2.8.1, 4.7.   Floor: simulator machine chip.
 */
import { loadBootRom } from './bootRom.js';
import { setRandomBit, uartOf, watchdogOf } from './emulator.js';
import { EmulatedChip, FLASH_START } from './memory.js';
import { clockPio } from './pioClock.js';

const STACK_IN_ROM = 0x20041f00;
/** What RAM holds before it's written: nothing that a program could take for zero. */
const RAM_AT_POWER_ON = 0xcb;

interface ProcessorEvents {
  /** 0 or 1, asked for each read of the ring oscillator's bit. */
  randomBit(): number;
  trapped(chip: EmulatedChip, number: number): void;
  uartWritten(uart: 0 | 1, byte: number): void;
  watchdogRang(): void;
}

/** @param flash shared with whoever programs it */
export function createProcessor(flash: Uint8Array, events: ProcessorEvents): EmulatedChip {
  const chip = new EmulatedChip(flash);
  chip.logger = SILENT;
  loadBootRom(chip);
  chip.sram.fill(RAM_AT_POWER_ON);
  setRandomBit(chip, events.randomBit);
  clockPio(chip);
  chip.onBreak = (number) => events.trapped(chip, number);
  for (const uart of [0, 1] as const) uartOf(chip, uart).onByte = (byte) => events.uartWritten(uart, byte);
  const watchdog = watchdogOf(chip);
  watchdog.onWatchdogTrigger = () => {
    events.watchdogRang();
    // Left on, its timer would ring for ever within one tick of the clock.
    watchdog.timer.enable = false;
    watchdog.alarm.enable = false;
  };
  chip.core.SP = STACK_IN_ROM;
  chip.core.LR = 0;
  chip.core.PC = FLASH_START;
  return chip;
}

/** A reset without loss of power: RAM stays, and so do the watchdog's scratch registers. */
export function keepThroughReset(before: EmulatedChip, after: EmulatedChip): void {
  after.sram.set(before.sram);
  const watchdog = watchdogOf(after);
  watchdog.scratchData.set(watchdogOf(before).scratchData);
  watchdog.reason = watchdogOf(before).reason;
}

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}
