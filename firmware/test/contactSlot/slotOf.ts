/** A slot of software with its own time: the firmware's port above, a card by the style of the slot below. */
import { NO_BYTES } from '@comptoir/protocol';
import type { Card } from '../../../simulator/src/index.js';
import { type CardPlace, createCardPlace } from '../../../simulator/src/machine/board/cardPlace.js';
import { SlotCard, type SlotStyle } from '../../../simulator/src/machine/slot/slotCard.js';
import { createSoftwareLine } from '../../../simulator/src/machine/slot/softwareLine.js';
import { CARDS, type ContactLinePort } from '../../src/board/board.js';
import { ContactCardPort } from '../../src/contactSlot/contactCardPort.js';

interface Waiting {
  readonly atNanos: number;
  readonly ring: () => void;
}

/** How often a reader looks when nothing comes. */
const LOOK_NANOS = 20e6;

export interface Slot {
  readonly place: CardPlace;
  readonly card: SlotCard;
  readonly port: ContactCardPort;
  readonly line: ContactLinePort;
  nowMs(): number;
  /** Polls until there is a card, or for so long. */
  findCard(ms?: number): boolean;
  /** Hands over a command and waits for the answer. @returns undefined when none has come by then */
  exchange(command: Uint8Array, ms?: number): Uint8Array | undefined;
}

export function slotOf(style: SlotStyle): Slot {
  let nowNanos = 0;
  let waiting: readonly Waiting[] = [];
  const timers = {
    after(nanos: number, ring: () => void) {
      const own = { atNanos: nowNanos + nanos, ring };
      waiting = [...waiting, own].sort((one, other) => one.atNanos - other.atNanos);
      return {
        cancel() {
          waiting = waiting.filter((each) => each !== own);
        },
      };
    },
  };
  /** To what happens next, or to the next look. */
  function pass(): void {
    const [first] = waiting;
    if (first === undefined || first.atNanos > nowNanos + LOOK_NANOS) {
      nowNanos += LOOK_NANOS;
      return;
    }
    waiting = waiting.slice(1);
    nowNanos = first.atNanos;
    first.ring();
  }
  const place = createCardPlace('contact', () => line.changed());
  const card = new SlotCard(place, style);
  const line = createSoftwareLine({ card, timers, nanos: () => nowNanos, news: () => {} });
  card.connect(line);
  const nowMs = (): number => Math.floor(nowNanos / 1e6);
  const port = new ContactCardPort(line.port, { uptimeMs: nowMs });
  function until<T>(ms: number, look: () => T | undefined): T | undefined {
    for (const endNanos = nowNanos + ms * 1e6; nowNanos <= endNanos; pass()) {
      const found = look();
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return {
    place,
    card,
    port,
    line: line.port,
    nowMs,
    findCard: (ms = 5_000) => until(ms, () => (port.poll() === CARDS.one ? true : undefined)) ?? false,
    exchange(command, ms = 30_000) {
      port.transmit(command);
      return until(ms, () => port.receive());
    },
  };
}

/** Answers every command with its own bytes, as many as it may, and 9000; one that asks for nothing with 9000. */
export function echoCard(): Card {
  let isOn = false;
  return {
    name: 'echo',
    interface: 'contact',
    powerOn() {
      isOn = true;
    },
    transmit(command) {
      if (!isOn) return undefined;
      const data = command.length > 5 ? command.subarray(5, 5 + (command[4] ?? 0)) : NO_BYTES;
      return command[1] === 0xb2
        ? Uint8Array.of(...new Uint8Array(command[4] || 256).fill(0x5a), 0x90, 0)
        : Uint8Array.of(...data, 0x90, 0);
    },
    powerOff() {
      isOn = false;
    },
  };
}
