/**
 * The USB device controller of the chip as the wire sees it: buffers that the firmware arms, and what a host makes its status say.
 * Source: RP2040 datasheet 4.1.2.   Floor: simulator machine chip.
 * The emulator's own controller completes every IN transfer at once and knows no STALL: its hook is replaced.
 */
import type { Chip } from '../chip/chip.js';
import { type EmulatedUsb, usbOf } from '../chip/emulator.js';
import type { Timers } from '../chip/timers.js';

/** Endpoint 0 OUT has the number 1, endpoint 1 IN 2, and so on, as in BUFF_STATUS. */
export type Pipe = number;

// Buffer control in DPRAM, one word for each endpoint and direction. @see RP2040 datasheet 4.1.2.5.1
const BUFFER_CONTROL_START = 0x80;
const BUFFER_CONTROL_END = 0x100;
export const BUFFER_CONTROL = {
  lengthMask: 0x3ff,
  available: 0x400,
  stall: 0x800,
  data1: 0x2000,
  full: 0x8000,
  secondAvailable: 0x400_0000,
} as const;
/** Endpoint control in DPRAM: bits 6 to 15 are where the buffer is. */
const ENDPOINT_CONTROL_START = 0x08;
const BUFFER_ADDRESS_MASK = 0xffc0;
const ENDPOINT_0_BUFFER = 0x100;

export const SIE_STATUS = {
  suspended: 0x10,
  resume: 0x800,
  busReset: 0x8_0000,
  receiveOverflow: 0x400_0000,
  dataSequenceError: 0x8000_0000,
} as const;
const SIE_CTRL_PULL_UP = 1 << 16;
const INTERRUPT_SOF = 1 << 17;
const REGISTER_SOF_RD = 0x48;
const REGISTER_SIE_STATUS = 0x50;
const REGISTER_INTE = 0x90;

const FRAME_NANOS = 1_000_000;
const RESET_NANOS = 10_000_000;

interface ControllerEvents {
  /** The chip was reset: nothing is armed any more. */
  restarted(): void;
  /** The device shows itself, or hides. Told again and again. */
  pulledUp(isUp: boolean): void;
  /** @param control its buffer control, available or a STALL */
  armed(pipe: Pipe, control: number): void;
  disarmed(pipe: Pipe): void;
}

export class UsbController {
  isSuspended = false;
  private usb: EmulatedUsb;
  private isFrameAwaited = false;
  private readonly chip: Chip;
  private readonly timers: Timers;
  private readonly events: ControllerEvents;

  constructor(chip: Chip, timers: Timers, events: ControllerEvents) {
    this.chip = chip;
    this.timers = timers;
    this.events = events;
    this.usb = usbOf(chip.core);
    chip.attach(() => {
      events.restarted();
      this.usb = usbOf(chip.core);
      this.hook(this.usb);
      events.pulledUp((this.usb.sieCtrl & SIE_CTRL_PULL_UP) !== 0);
    });
  }

  /** Milliseconds of the bus. */
  frame(): number {
    return Math.floor(this.chip.nanos() / FRAME_NANOS);
  }

  nanosToNextFrame(): number {
    return FRAME_NANOS - (this.chip.nanos() % FRAME_NANOS);
  }

  /** What the firmware put into the buffer of the pipe. */
  read(pipe: Pipe, length: number): Uint8Array {
    const start = this.bufferStart(pipe);
    return this.chip.core.usbDPRAM.slice(start, start + length);
  }

  write(pipe: Pipe, data: Uint8Array): void {
    this.chip.core.usbDPRAM.set(data, this.bufferStart(pipe));
  }

  /** The buffer is the firmware's again. */
  finish(pipe: Pipe, control: number): void {
    this.chip.core.usbDPRAMView.setUint32(BUFFER_CONTROL_START + pipe * 4, control & ~BUFFER_CONTROL.available, true);
    this.usb.indicateBufferReady(pipe >> 1, (pipe & 1) === 1);
  }

  /** @param status a bit of SIE_STATUS */
  tell(status: number): void {
    this.usb.sieStatus |= status;
    this.usb.sieStatusUpdated();
  }

  setup(packet: Uint8Array): void {
    this.usb.sendSetupPacket(packet);
  }

  reset(done: () => void): void {
    this.isSuspended = false;
    this.timers.after(RESET_NANOS, () => {
      this.tell(SIE_STATUS.busReset);
      this.timers.after(RESET_NANOS, done);
    });
  }

  suspend(): void {
    this.isSuspended = true;
    this.tell(SIE_STATUS.suspended);
  }

  resume(): void {
    this.isSuspended = false;
    this.tell(SIE_STATUS.resume);
    this.awaitFrame();
  }

  private bufferStart(pipe: Pipe): number {
    if (pipe < 2) return ENDPOINT_0_BUFFER;
    return this.chip.core.usbDPRAMView.getUint32(ENDPOINT_CONTROL_START + (pipe - 2) * 4, true) & BUFFER_ADDRESS_MASK;
  }

  private bufferControlWritten(offset: number, value: number): void {
    if (offset < BUFFER_CONTROL_START || offset >= BUFFER_CONTROL_END) return;
    if ((value & BUFFER_CONTROL.secondAvailable) !== 0) throw new Error('double buffers are not modelled');
    const pipe = (offset - BUFFER_CONTROL_START) >> 2;
    if ((value & (BUFFER_CONTROL.available | BUFFER_CONTROL.stall)) === 0) this.events.disarmed(pipe);
    else this.events.armed(pipe, value);
  }

  /** TinyUSB waits for start-of-frame in its bulk path; otherwise nobody looks, and no time is spent on it. */
  private awaitFrame(): void {
    if ((this.usb.intEnable & INTERRUPT_SOF) === 0 || this.isSuspended || this.isFrameAwaited) return;
    this.isFrameAwaited = true;
    this.timers.after(this.nanosToNextFrame(), () => {
      this.isFrameAwaited = false;
      this.usb.intRaw |= INTERRUPT_SOF;
      this.usb.checkInterrupts();
      this.awaitFrame();
    });
  }

  private hook(controller: EmulatedUsb): void {
    const { handleSieCtrlWrite, readUint32, writeUint32 } = controller;
    controller.onUSBEnabled = () => undefined;
    controller.DPRAMUpdated = (offset, value) => this.bufferControlWritten(offset, value);
    controller.handleSieCtrlWrite = (value) => {
      handleSieCtrlWrite.call(controller, value);
      this.events.pulledUp((value & SIE_CTRL_PULL_UP) !== 0);
    };
    controller.readUint32 = (offset) => {
      if (offset !== REGISTER_SOF_RD) return readUint32.call(controller, offset);
      controller.intRaw &= ~INTERRUPT_SOF;
      controller.checkInterrupts();
      return this.frame() & 0x7ff;
    };
    controller.writeUint32 = (offset, value) => {
      writeUint32.call(controller, offset, value);
      if (offset === REGISTER_INTE) this.awaitFrame();
      if (offset === REGISTER_SIE_STATUS && (controller.rawWriteValue & SIE_STATUS.suspended) !== 0) {
        // The emulator never clears it, and its interrupt would never end.
        controller.sieStatus &= ~SIE_STATUS.suspended;
        controller.sieStatusUpdated();
      }
    };
  }
}
