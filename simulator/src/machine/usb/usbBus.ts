/**
 * The host's side of the wire: transactions with the USB device controller of the chip. An endpoint that the firmware armed
 * and a transfer that the host wants meet at a slot of the bus; until then the device says NAK.
 * Source: USB 2.0 §8; RP2040 datasheet 4.1.2.   Floor: simulator machine chip.
 * The emulator's own controller completes every IN transfer at once and knows no STALL: its hook is replaced.
 */
import type { Chip } from '../chip/chip.js';
import { type EmulatedUsb, usbOf } from '../chip/emulator.js';
import type { Timers } from '../chip/timers.js';

// Buffer control in DPRAM, one word for each endpoint and direction. @see RP2040 datasheet 4.1.2.5.1
const BUFFER_CONTROL_START = 0x80;
const BUFFER_CONTROL_END = 0x100;
const AVAILABLE = 1 << 10;
const STALL = 1 << 11;
const DATA_1 = 1 << 13;
const FULL = 1 << 15;
const LENGTH_MASK = 0x3ff;
const SECOND_BUFFER_AVAILABLE = 1 << 26;
/** Endpoint control in DPRAM: bits 6 to 15 are where the buffer is. */
const ENDPOINT_CONTROL_START = 0x08;
const BUFFER_ADDRESS_MASK = 0xffc0;
const ENDPOINT_0_BUFFER = 0x100;

const SIE_SUSPENDED = 1 << 4;
const SIE_RESUME = 1 << 11;
const SIE_BUS_RESET = 1 << 19;
const SIE_RECEIVE_OVERFLOW = 1 << 26;
const SIE_DATA_SEQUENCE_ERROR = 1 << 31;
const SIE_CTRL_PULL_UP = 1 << 16;
const INTERRUPT_SOF = 1 << 17;
const REGISTER_SOF_RD = 0x48;
const REGISTER_SIE_STATUS = 0x50;
const REGISTER_INTE = 0x90;

/** A packet of 64 bytes with its token and handshake at 12 Mbit/s. */
const SLOT_NANOS = 50_000;
const FRAME_NANOS = 1_000_000;
const RESET_NANOS = 10_000_000;
export const PACKET_BYTES_MAX = 64;

/** Endpoint 0 OUT has the number 1, endpoint 1 IN 2, and so on, as in BUFF_STATUS. */
type Pipe = number;

/** One packet of a transfer, whenever the device is ready for it. */
export interface PacketWish {
  readonly pipe: Pipe;
  /** What goes out; undefined for what shall come in. */
  readonly data: Uint8Array | undefined;
  /** Not more often than so many frames; 0 for as soon as possible. */
  readonly frames: number;
  /** The packet that came, or nothing after one went out. */
  done(packet: Uint8Array): void;
  stalled(): void;
}

export interface UsbBus {
  /** The device shows itself by its pull-up. */
  readonly isConnected: boolean;
  /** Called when the pull-up changes, and when the chip was reset. */
  connectionChanged: (isConnected: boolean) => void;
  /** Asks for a packet. @returns takes the wish back */
  want(wish: PacketWish): () => void;
  /** A SETUP packet, which no device refuses. Its endpoint 0 is idle afterwards. */
  setup(packet: Uint8Array): void;
  /** Data toggles begin anew, as after SET_CONFIGURATION; or those of one pipe, as after CLEAR_FEATURE. */
  resetToggles(of?: Pipe): void;
  reset(done: () => void): void;
  suspend(): void;
  resume(): void;
  /** Packets that came with the wrong data toggle: the host drops such, as a repetition. */
  readonly wrongToggles: number;
}

export function pipeOf(endpoint: number, isIn: boolean): Pipe {
  return endpoint * 2 + (isIn ? 0 : 1);
}

export function createUsbBus(chip: Chip, timers: Timers): UsbBus {
  let armed = new Map<Pipe, number>();
  let wishes: readonly PacketWish[] = [];
  let toggles = new Map<Pipe, boolean>();
  const lastFrames = new Map<Pipe, number>();
  let isSlotTaken = false;
  let isFrameAwaited = false;
  let isConnected = false;
  let isSuspended = false;
  let wrongToggles = 0;
  let usb = usbOf(chip.core);

  function frame(): number {
    return Math.floor(chip.nanos() / FRAME_NANOS);
  }
  function kick(nanos = SLOT_NANOS): void {
    if (isSlotTaken) return;
    isSlotTaken = true;
    timers.after(nanos, () => {
      isSlotTaken = false;
      work();
    });
  }
  /** The first wish that the device is ready for. What was served goes to the end of its queue by coming again. */
  function work(): void {
    if (isSuspended || !isConnected) return;
    for (const wish of wishes) {
      const control = armed.get(wish.pipe);
      if (control === undefined) continue;
      if ((control & STALL) !== 0) {
        served(wish, () => wish.stalled());
        return;
      }
      if (wish.frames > 0 && frame() - (lastFrames.get(wish.pipe) ?? -wish.frames) < wish.frames) {
        kick(FRAME_NANOS - (chip.nanos() % FRAME_NANOS));
        continue;
      }
      lastFrames.set(wish.pipe, frame());
      if (wish.data === undefined) packetIn(wish, control);
      else packetOut(wish, control, wish.data);
      return;
    }
  }
  function served(wish: PacketWish, tell: () => void): void {
    wishes = wishes.filter((each) => each !== wish);
    tell();
    if (wishes.some(({ pipe }) => armed.has(pipe))) kick();
  }
  function bufferStart(pipe: Pipe): number {
    if (pipe < 2) return ENDPOINT_0_BUFFER;
    return chip.core.usbDPRAMView.getUint32(ENDPOINT_CONTROL_START + (pipe - 2) * 4, true) & BUFFER_ADDRESS_MASK;
  }
  function finish(pipe: Pipe, control: number): void {
    armed.delete(pipe);
    chip.core.usbDPRAMView.setUint32(BUFFER_CONTROL_START + pipe * 4, control & ~AVAILABLE, true);
    usb.indicateBufferReady(pipe >> 1, (pipe & 1) === 1);
  }
  function toggle(pipe: Pipe, control: number): boolean {
    const expected = toggles.get(pipe) ?? false;
    const isRight = ((control & DATA_1) !== 0) === expected;
    if (isRight) toggles.set(pipe, !expected);
    else wrongToggles += 1;
    return isRight;
  }
  function packetIn(wish: PacketWish, control: number): void {
    const start = bufferStart(wish.pipe);
    const packet = chip.core.usbDPRAM.slice(start, start + (control & LENGTH_MASK));
    const isRight = toggle(wish.pipe, control);
    finish(wish.pipe, control & ~FULL);
    if (isRight) served(wish, () => wish.done(packet));
    else kick();
  }
  function packetOut(wish: PacketWish, control: number, data: Uint8Array): void {
    if (data.length > (control & LENGTH_MASK)) {
      // More than the device has room for: it doesn't acknowledge, and the host's transfer gets no further.
      usb.sieStatus |= SIE_RECEIVE_OVERFLOW;
      usb.sieStatusUpdated();
      return;
    }
    if (toggle(wish.pipe, control)) {
      chip.core.usbDPRAM.set(data, bufferStart(wish.pipe));
      finish(wish.pipe, (control & ~LENGTH_MASK) | FULL | data.length);
    } else {
      usb.sieStatus |= SIE_DATA_SEQUENCE_ERROR;
      usb.sieStatusUpdated();
    }
    served(wish, () => wish.done(NOTHING));
  }

  function bufferControlWritten(offset: number, value: number): void {
    if (offset < BUFFER_CONTROL_START || offset >= BUFFER_CONTROL_END) return;
    if ((value & SECOND_BUFFER_AVAILABLE) !== 0) throw new Error('double buffers are not modelled');
    const pipe = (offset - BUFFER_CONTROL_START) >> 2;
    if ((value & (AVAILABLE | STALL)) === 0) armed.delete(pipe);
    else {
      armed.set(pipe, value);
      kick();
    }
  }
  function pullUp(isUp: boolean): void {
    if (isUp === isConnected) return;
    isConnected = isUp;
    bus.connectionChanged(isUp);
  }
  /** TinyUSB waits for start-of-frame in its bulk path; otherwise nobody looks, and no time is spent on it. */
  function sofKick(): void {
    if ((usb.intEnable & INTERRUPT_SOF) === 0 || isSuspended || isFrameAwaited) return;
    isFrameAwaited = true;
    timers.after(FRAME_NANOS - (chip.nanos() % FRAME_NANOS), () => {
      isFrameAwaited = false;
      usb.intRaw |= INTERRUPT_SOF;
      usb.checkInterrupts();
      sofKick();
    });
  }
  function hook(controller: EmulatedUsb): void {
    const { handleSieCtrlWrite, readUint32, writeUint32 } = controller;
    controller.onUSBEnabled = () => undefined;
    controller.DPRAMUpdated = bufferControlWritten;
    controller.handleSieCtrlWrite = (value) => {
      handleSieCtrlWrite.call(controller, value);
      pullUp((value & SIE_CTRL_PULL_UP) !== 0);
    };
    controller.readUint32 = (offset) => {
      if (offset !== REGISTER_SOF_RD) return readUint32.call(controller, offset);
      controller.intRaw &= ~INTERRUPT_SOF;
      controller.checkInterrupts();
      return frame() & 0x7ff;
    };
    controller.writeUint32 = (offset, value) => {
      writeUint32.call(controller, offset, value);
      if (offset === REGISTER_INTE) sofKick();
      if (offset === REGISTER_SIE_STATUS && (controller.rawWriteValue & SIE_SUSPENDED) !== 0) {
        // The emulator never clears it, and its interrupt would never end.
        controller.sieStatus &= ~SIE_SUSPENDED;
        controller.sieStatusUpdated();
      }
    };
  }

  const bus: UsbBus = {
    connectionChanged: () => undefined,
    get isConnected() {
      return isConnected;
    },
    get wrongToggles() {
      return wrongToggles;
    },
    want(wish) {
      wishes = [...wishes, wish];
      kick();
      return () => {
        wishes = wishes.filter((each) => each !== wish);
      };
    },
    setup(packet) {
      armed.delete(0);
      armed.delete(1);
      toggles.set(0, true);
      toggles.set(1, true);
      usb.sendSetupPacket(packet);
    },
    resetToggles(of) {
      for (const pipe of toggles.keys()) if (pipe > 1 && (of ?? pipe) === pipe) toggles.delete(pipe);
    },
    reset(done) {
      armed = new Map();
      toggles = new Map();
      isSuspended = false;
      timers.after(RESET_NANOS, () => {
        usb.sieStatus |= SIE_BUS_RESET;
        usb.sieStatusUpdated();
        timers.after(RESET_NANOS, done);
      });
    },
    suspend() {
      isSuspended = true;
      usb.sieStatus |= SIE_SUSPENDED;
      usb.sieStatusUpdated();
    },
    resume() {
      isSuspended = false;
      usb.sieStatus |= SIE_RESUME;
      usb.sieStatusUpdated();
      sofKick();
      kick();
    },
  };
  chip.attach(() => {
    armed = new Map();
    toggles = new Map();
    usb = usbOf(chip.core);
    hook(usb);
    pullUp((usb.sieCtrl & SIE_CTRL_PULL_UP) !== 0);
  });
  return bus;
}

const NOTHING = new Uint8Array(0);
