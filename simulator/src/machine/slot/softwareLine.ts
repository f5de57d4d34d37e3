/**
 * The contacts of a slot in software: characters take their time, wrong parity is signalled and repeated, as a board does it.
 * Source: EMV 4.4 Book 1 §6.1, §7.2, §9.2.2.1, §9.2.3.   Floor: simulator machine.
 */
import type { ContactLinePort } from '@comptoir/firmware/board';
import type { Timer, Timers } from '../chip/timers.js';
import type { CardLine, SlotCard } from './slotCard.js';

/** 372 cycles at 3.571 MHz. */
const ETU_NANOS = 104_160;
/** RST stays low for 40,000 cycles at least. */
const RESET_NANOS = 11_300_000;
const BYTES_MAX = 264;
const REPETITIONS_MAX = 3;
const CHARACTER_ETU = 11;
const T0_TURN_ETU = 16;
const T1_TURN_ETU = 22;

export interface SoftwareLine extends CardLine {
  /** The firmware's end. */
  readonly port: ContactLinePort;
  /** A card came or went. */
  changed(): void;
}

interface SoftwareLineOptions {
  readonly card: SlotCard;
  readonly timers: Timers;
  readonly nanos: () => number;
  /** Something has come for the firmware. */
  readonly news: () => void;
}

export function createSoftwareLine({ card, timers, nanos, news }: SoftwareLineOptions): SoftwareLine {
  let isPowered = false;
  let hasErrorSignal = false;
  let readerEtuNanos = ETU_NANOS;
  let cardEtuNanos = ETU_NANOS;
  let guardEtu = 12;
  let edgeNanos = 0;
  let come: number[] = [];
  let unsent: number[] = [];
  let attempts = 0;
  let isDamaged = false;
  let isResetting = false;
  let sending: Timer | undefined;
  let putting: Timer | undefined;
  /** When the card's character begins, or began, that isn't over. */
  let puttingNanos: number | undefined;
  let wasPresent = card.isPresent();

  function stop(): void {
    sending?.cancel();
    putting?.cancel();
    puttingNanos = undefined;
    unsent = [];
  }
  function powerOff(): void {
    stop();
    isPowered = false;
    isResetting = false;
    card.powerOff();
  }
  function reset(): void {
    const isWarm = isPowered;
    stop();
    card.powerOff();
    isPowered = true;
    isResetting = true;
    [come, hasErrorSignal, readerEtuNanos, guardEtu, isDamaged] = [[], false, ETU_NANOS, 12, false];
    sending = timers.after(RESET_NANOS, () => {
      isResetting = false;
      edgeNanos = nanos();
      if (card.isPresent()) card.reset(isWarm);
    });
  }
  /** Once the card has been silent for long enough. @param turnEtu after the leading edge before */
  function startSending(turnEtu: number): void {
    const isHalfway = puttingNanos !== undefined && puttingNanos <= nanos();
    const lastNanos = isHalfway ? puttingNanos : edgeNanos;
    const waitNanos = (lastNanos ?? 0) + turnEtu * readerEtuNanos - nanos();
    if (waitNanos <= 0) sendNext(0);
    else sending = timers.after(waitNanos, () => startSending(turnEtu));
  }
  /** @param fromEtu after the leading edge before */
  function sendNext(fromEtu: number): void {
    const startNanos = Math.max(nanos(), edgeNanos + fromEtu * readerEtuNanos);
    sending = timers.after(startNanos - nanos() + CHARACTER_ETU * readerEtuNanos, () => {
      edgeNanos = startNanos;
      const [byte = 0] = unsent;
      // A card with another etu reads nonsense.
      const isTaken = card.receive(byte, cardEtuNanos === readerEtuNanos) || !hasErrorSignal;
      if (isTaken) unsent.shift();
      attempts = isTaken ? 0 : attempts + 1;
      if (attempts > REPETITIONS_MAX) {
        isDamaged = true;
        unsent = [];
        news();
      }
      if (unsent.length > 0) sendNext(isTaken ? guardEtu : guardEtu + 2);
    });
  }
  return {
    port: {
      isCardPresent: () => card.isPresent(),
      reset,
      powerOff,
      setTransmission(signal, etuClocks, guard) {
        hasErrorSignal = signal;
        readerEtuNanos = (ETU_NANOS * etuClocks) / 372;
        guardEtu = guard;
      },
      write(bytes) {
        if (unsent.length > 0 || bytes.length > BYTES_MAX) return false;
        [unsent, come, isDamaged, attempts] = [[...bytes], [], false, 0];
        if (isPowered && unsent.length > 0) startSending(hasErrorSignal ? T0_TURN_ETU : T1_TURN_ETU);
        return true;
      },
      read: () => Uint8Array.from(come.splice(0)),
      isDamaged: () => isDamaged,
      silentEtu: () => (unsent.length > 0 || isResetting ? 0 : Math.floor((nanos() - edgeNanos) / readerEtuNanos)),
    },
    setStyle(rate) {
      cardEtuNanos = ETU_NANOS / rate;
    },
    put(byte, isParityRight, gapEtu, done) {
      const startNanos = Math.max(nanos(), edgeNanos + gapEtu * cardEtuNanos);
      puttingNanos = startNanos;
      putting = timers.after(startNanos - nanos() + CHARACTER_ETU * cardEtuNanos, () => {
        puttingNanos = undefined;
        edgeNanos = startNanos;
        const isRight = isParityRight && cardEtuNanos === readerEtuNanos;
        attempts = isRight ? 0 : attempts + 1;
        if (!isRight && hasErrorSignal && attempts <= REPETITIONS_MAX) {
          done(false);
          return;
        }
        // What comes while there is something to send is nothing that the firmware waits for.
        if (unsent.length === 0) {
          if (!isRight || come.length === BYTES_MAX) isDamaged = true;
          if (come.length < BYTES_MAX) come.push(byte);
          news();
        }
        done(true);
      });
    },
    changed() {
      if (card.isPresent() === wasPresent) return;
      wasPresent = card.isPresent();
      if (wasPresent) card.inserted();
      else if (isPowered) powerOff();
      news();
    },
  };
}
