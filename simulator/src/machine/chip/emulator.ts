/**
 * What this simulator needs of rp2040js beyond its declared interface, and where it departs from it. Everything that
 * depends on the inside of version 1.4.1 is in this folder's emulator.ts, memory.ts and pioClock.ts.
 * Source: rp2040js 1.4.1.   Floor: simulator machine chip.
 */
import type { RP2040 } from 'rp2040js';

/** `SimulationClock`, as the emulator makes it. */
export interface EmulatedClock {
  nanosCounter: number;
  readonly nextAlarm: { readonly nanos: number } | null;
  createAlarm(callback: () => void): EmulatedAlarm;
  tick(nanos: number): void;
}

export interface EmulatedAlarm {
  schedule(nanos: number): void;
  cancel(): void;
}

/** The device side of the USB controller. Bits as in the RP2040 datasheet 4.1.4. */
export interface EmulatedUsb {
  intRaw: number;
  readonly intEnable: number;
  readonly sieCtrl: number;
  /** What was written, before it set or cleared bits of what was there. */
  readonly rawWriteValue: number;
  sieStatus: number;
  sofFrameNumber: number;
  onUSBEnabled: (() => void) | undefined;
  DPRAMUpdated(offset: number, value: number): void;
  handleSieCtrlWrite(value: number): void;
  readUint32(offset: number): number;
  writeUint32(offset: number, value: number): void;
  checkInterrupts(): void;
  indicateBufferReady(endpoint: number, out: boolean): void;
  sendSetupPacket(setup: Uint8Array): void;
  sieStatusUpdated(): void;
}

interface EmulatedWatchdog {
  scratchData: Uint32Array;
  reason: number;
  onWatchdogTrigger: () => void;
  readonly timer: { enable: boolean };
  readonly alarm: { enable: boolean };
}

interface EmulatedUart {
  readonly rxFIFO: { readonly full: boolean };
  readonly baudDivider: number;
  readonly baudRate: number;
  onByte: ((value: number) => void) | undefined;
  feedByte(value: number): void;
}

const WATCHDOG_PERIPHERAL = 0x40058;
const RING_OSCILLATOR_PERIPHERAL = 0x40060;
const REGISTER_RANDOM_BIT = 0x1c;

export function clockOf(chip: RP2040): EmulatedClock {
  return chip.clock as unknown as EmulatedClock;
}

export function usbOf(chip: RP2040): EmulatedUsb {
  return chip.usbCtrl as unknown as EmulatedUsb;
}

export function watchdogOf(chip: RP2040): EmulatedWatchdog {
  return chip.peripherals[WATCHDOG_PERIPHERAL] as unknown as EmulatedWatchdog;
}

export function uartOf(chip: RP2040, number: 0 | 1): EmulatedUart {
  return chip.uart[number] as unknown as EmulatedUart;
}

/** The emulator has no ring oscillator; its random bit would always be 1. @param bit 0 or 1, asked for each read */
export function setRandomBit(chip: RP2040, bit: () => number): void {
  const oscillator = chip.peripherals[RING_OSCILLATOR_PERIPHERAL];
  if (oscillator === undefined) return;
  const { readUint32 } = oscillator;
  oscillator.readUint32 = (offset) => (offset === REGISTER_RANDOM_BIT ? bit() : readUint32.call(oscillator, offset));
}
