/**
 * A card in a slot at pins of the chip: it sees power, clock and reset, takes and gives characters bit by bit on one line
 * that either side draws low.
 * Source: EMV 4.4 Book 1 §6.1, §7.2, §9.2.3; firmware/port/boards/pico/contact/contactLine.h.   Floor: simulator machine chip.
 */
import { GPIOPinState } from 'rp2040js';
import { characterBits, readCharacter } from '../slot/characterBits.js';
import type { CardLine, SlotCard } from '../slot/slotCard.js';
import type { Chip } from './chip.js';
import type { Timer, Timers } from './timers.js';

const PIN = { io: 2, rst: 3, clk: 6, power: 7, cardSwitch: 8 } as const;
const FUNCTION_PWM = 4;
const DEFAULT_ETU_CLOCKS = 372;
/** Start, eight data bits, parity. */
const BITS = 10;

interface SlotPins {
  /** A card came or went. */
  changed(): void;
  /** Characters whose parity was wrong when the card got them. */
  readonly wrongParities: number;
}

export function connectSlot(chip: Chip, timers: Timers, card: SlotCard): SlotPins {
  let isPowered = false;
  let wasReset = false;
  let isDrawnByCard = false;
  let rate = 1;
  let isInverse = false;
  let edgeNanos = 0;
  let wasPresent = false;
  let isReceiving = false;
  let wrongParities = 0;
  let waiting: readonly Timer[] = [];

  const pin = (number: number) => chip.core.gpio[number] as (typeof chip.core.gpio)[number];
  const isHigh = (number: number): boolean => pin(number).value === GPIOPinState.High;
  const isDrawnByChip = (): boolean => pin(PIN.io).value === GPIOPinState.Low;
  /** The clock's frequency, by the registers of its PWM; undefined when it stands still. */
  function clockNanos(): number | undefined {
    const channel = chip.core.pwm.channels[PIN.clk >> 1] as unknown as { readonly csr: number; readonly top: number };
    if ((channel.csr & 1) === 0 || pin(PIN.clk).functionSelect !== FUNCTION_PWM) return undefined;
    return ((channel.top + 1) * 1e9) / chip.core.clkSys;
  }
  function etuNanos(): number {
    return ((clockNanos() ?? 0) * DEFAULT_ETU_CLOCKS) / rate;
  }
  function after(nanos: number, act: () => void): void {
    waiting = [...waiting.slice(-2 * BITS), timers.after(nanos, act)];
  }
  function level(): void {
    const isLineHigh = !isDrawnByCard && !isDrawnByChip();
    if (pin(PIN.io).inputValue !== isLineHigh) pin(PIN.io).setInputValue(isLineHigh);
  }
  function draw(isLow: boolean): void {
    isDrawnByCard = isLow;
    level();
  }
  function powerOff(): void {
    for (const timer of waiting) timer.cancel();
    waiting = [];
    isPowered = false;
    wasReset = false;
    isReceiving = false;
    card.powerOff();
    draw(false);
  }
  function resetChanged(): void {
    for (const timer of waiting) timer.cancel();
    waiting = [];
    isReceiving = false;
    draw(false);
    if (!isHigh(PIN.rst) || !isPowered || !card.isPresent() || clockNanos() === undefined || isDrawnByChip()) return;
    edgeNanos = chip.nanos();
    card.reset(wasReset);
    wasReset = true;
  }
  function ioChanged(): void {
    level();
    if (!isDrawnByChip() || isDrawnByCard || isReceiving || !wasReset) return;
    isReceiving = true;
    edgeNanos = chip.nanos();
    const etu = etuNanos();
    let bits = 0;
    for (let at = 1; at < BITS; at += 1)
      after((at + 0.5) * etu, () => {
        if (!isDrawnByChip()) bits |= 1 << (at - 1);
      });
    after(10.4 * etu, () => {
      isReceiving = false;
      const { byte, isRight } = readCharacter(bits, isInverse);
      if (!isRight) wrongParities += 1;
      if (card.receive(byte, isRight)) return;
      draw(true);
      after(1.6 * etu, () => draw(false));
    });
  }

  const line: CardLine = {
    setStyle(newRate, inverse) {
      rate = newRate;
      isInverse = inverse;
    },
    put(byte, isParityRight, gapEtu, done) {
      const etu = etuNanos();
      const startNanos = Math.max(chip.nanos(), edgeNanos + gapEtu * etu);
      // The start bit in front is low.
      const bits = characterBits(byte, isInverse, isParityRight) << 1;
      for (let at = 0; at < BITS; at += 1)
        after(startNanos - chip.nanos() + at * etu, () => draw((bits & (1 << at)) === 0));
      after(startNanos - chip.nanos() + BITS * etu, () => draw(false));
      after(startNanos - chip.nanos() + 11 * etu, () => {
        edgeNanos = startNanos;
        done(!isDrawnByChip());
      });
    },
  };
  function setSwitch(): void {
    wasPresent = card.isPresent();
    pin(PIN.cardSwitch).setInputValue(!wasPresent);
  }
  card.connect(line);
  chip.attach(() => {
    // Without a program the pins float, and the switch of power is off.
    powerOff();
    setSwitch();
    pin(PIN.io).addListener(ioChanged);
    pin(PIN.rst).addListener(resetChanged);
    pin(PIN.power).addListener(() => {
      if (isHigh(PIN.power) === isPowered) return;
      if (isPowered) powerOff();
      else isPowered = true;
    });
  });
  return {
    changed() {
      if (card.isPresent() === wasPresent) return;
      if (wasPresent) powerOff();
      else card.inserted();
      isPowered = isHigh(PIN.power);
      setSwitch();
    },
    get wrongParities() {
      return wrongParities;
    },
  };
}
