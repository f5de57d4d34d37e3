/**
 * The host's side of the wire: transactions with the USB device controller of the chip. An endpoint that the firmware armed
 * and a transfer that the host wants meet at a slot of the bus; until then the device says NAK.
 * Source: USB 2.0 §8.   Floor: simulator machine chip.
 */
import { NO_BYTES } from '@comptoir/protocol';
import type { Chip } from '../chip/chip.js';
import type { Timers } from '../chip/timers.js';
import { BUFFER_CONTROL, type Pipe, SIE_STATUS, UsbController } from './usbController.js';

/** A packet of 64 bytes with its token and handshake at 12 Mbit/s. */
const SLOT_NANOS = 50_000;
export const PACKET_BYTES_MAX = 64;

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

export function pipeOf(endpoint: number, isIn: boolean): Pipe {
  return endpoint * 2 + (isIn ? 0 : 1);
}

export class UsbBus {
  /** The device shows itself by its pull-up. */
  isConnected = false;
  /** Packets that came with the wrong data toggle: the host drops such, as a repetition. */
  wrongToggles = 0;
  /** Called when the pull-up changes, and when the chip was reset. */
  connectionChanged: (isConnected: boolean) => void = () => undefined;
  private readonly controller: UsbController;
  private readonly timers: Timers;
  private armed = new Map<Pipe, number>();
  private toggles = new Map<Pipe, boolean>();
  private wishes: readonly PacketWish[] = [];
  private readonly lastFrames = new Map<Pipe, number>();
  private isSlotTaken = false;

  constructor(chip: Chip, timers: Timers) {
    this.timers = timers;
    this.controller = new UsbController(chip, timers, {
      restarted: () => this.forget(),
      pulledUp: (isUp) => this.pulledUp(isUp),
      armed: (pipe, control) => {
        this.armed.set(pipe, control);
        this.kick();
      },
      disarmed: (pipe) => this.armed.delete(pipe),
    });
  }

  /** Asks for a packet. @returns takes the wish back */
  want(wish: PacketWish): () => void {
    this.wishes = [...this.wishes, wish];
    this.kick();
    return () => this.drop(wish);
  }

  /** A SETUP packet, which no device refuses. Its endpoint 0 is idle afterwards. */
  setup(packet: Uint8Array): void {
    for (const pipe of [pipeOf(0, true), pipeOf(0, false)]) {
      this.armed.delete(pipe);
      this.toggles.set(pipe, true);
    }
    this.controller.setup(packet);
  }

  /** Data toggles begin anew, as after SET_CONFIGURATION; or those of one pipe, as after CLEAR_FEATURE. */
  resetToggles(of?: Pipe): void {
    for (const pipe of this.toggles.keys()) if (pipe > 1 && (of ?? pipe) === pipe) this.toggles.delete(pipe);
  }

  reset(done: () => void): void {
    this.forget();
    this.controller.reset(done);
  }

  suspend(): void {
    this.controller.suspend();
  }

  resume(): void {
    this.controller.resume();
    this.kick();
  }

  private forget(): void {
    this.armed = new Map();
    this.toggles = new Map();
  }

  private pulledUp(isUp: boolean): void {
    if (isUp === this.isConnected) return;
    this.isConnected = isUp;
    this.connectionChanged(isUp);
  }

  private drop(wish: PacketWish): void {
    this.wishes = this.wishes.filter((each) => each !== wish);
  }

  private kick(nanos = SLOT_NANOS): void {
    if (this.isSlotTaken) return;
    this.isSlotTaken = true;
    this.timers.after(nanos, () => {
      this.isSlotTaken = false;
      this.work();
    });
  }

  /** The first wish that the device is ready for. What was served goes to the end of its queue by coming again. */
  private work(): void {
    if (this.controller.isSuspended || !this.isConnected) return;
    for (const wish of this.wishes) {
      const control = this.armed.get(wish.pipe);
      if (control === undefined) continue;
      if ((control & BUFFER_CONTROL.stall) !== 0) {
        this.served(wish, () => wish.stalled());
        return;
      }
      const frame = this.controller.frame();
      if (wish.frames > 0 && frame - (this.lastFrames.get(wish.pipe) ?? -wish.frames) < wish.frames) {
        this.kick(this.controller.nanosToNextFrame());
        continue;
      }
      this.lastFrames.set(wish.pipe, frame);
      if (wish.data === undefined) this.packetIn(wish, control);
      else this.packetOut(wish, control, wish.data);
      return;
    }
  }

  private served(wish: PacketWish, tell: () => void): void {
    this.drop(wish);
    tell();
    if (this.wishes.some(({ pipe }) => this.armed.has(pipe))) this.kick();
  }

  private packetIn(wish: PacketWish, control: number): void {
    const packet = this.controller.read(wish.pipe, control & BUFFER_CONTROL.lengthMask);
    const isRight = this.toggle(wish.pipe, control);
    this.finish(wish.pipe, control & ~BUFFER_CONTROL.full);
    if (isRight) this.served(wish, () => wish.done(packet));
    else this.kick();
  }

  private packetOut(wish: PacketWish, control: number, data: Uint8Array): void {
    if (data.length > (control & BUFFER_CONTROL.lengthMask)) {
      // More than the device has room for: it doesn't acknowledge, and the host's transfer gets no further.
      this.controller.tell(SIE_STATUS.receiveOverflow);
      return;
    }
    if (this.toggle(wish.pipe, control)) {
      this.controller.write(wish.pipe, data);
      this.finish(wish.pipe, (control & ~BUFFER_CONTROL.lengthMask) | BUFFER_CONTROL.full | data.length);
    } else this.controller.tell(SIE_STATUS.dataSequenceError);
    this.served(wish, () => wish.done(NO_BYTES));
  }

  private finish(pipe: Pipe, control: number): void {
    this.armed.delete(pipe);
    this.controller.finish(pipe, control);
  }

  private toggle(pipe: Pipe, control: number): boolean {
    const expected = this.toggles.get(pipe) ?? false;
    const isRight = ((control & BUFFER_CONTROL.data1) !== 0) === expected;
    if (isRight) this.toggles.set(pipe, !expected);
    else this.wrongToggles += 1;
    return isRight;
  }
}
