/**
 * A dynamic card that is a chip: the very image that a person flashes, with a front end at its serial line that any simulated reader
 * can hold its own to, a button at a pin, and what its console says as its display.
 * Floor: simulator world.
 */

import { encodeCardProvision } from '@comptoir/factory';
import { seededBytes } from '#crypto/seed';
import { Chip } from '../../../machine/chip/chip.js';
import { FLASH_PROVISION_OFFSET } from '../../../machine/chip/flashLayout.js';
import { createTimers } from '../../../machine/chip/timers.js';
import { connectUart } from '../../../machine/chip/uartLine.js';
import { createPn532Target } from '../../../machine/frontEnd/pn532Target.js';
import { bootChip } from '../../../machine/targets/bootedChip.js';
import { logLines } from '../../../machine/targets/consoleLines.js';
import type { PicoImage } from '../../../machine/targets/picoImages.js';
import type { DynamicCard, DynamicCardOptions } from './softwareDynamicCard.js';

const READY_LINE = 'comptoir-card ready';
const SHOWS = 'shows ';
/** A space follows, if anything does. */
const SHOWS_BETWEEN = ' |';
const BUTTON_PIN = 15;
/** Of the chip's own time: a command, with whatever it signs and writes. */
const ANSWER_NANOS_MAX = 10e9;
/** After the button: the choice is kept, and its console has said so. */
const SETTLED_MS = 100;
const SLICE_STEPS = 1_000_000;
const NANOS_PER_MS = 1e6;

/** `seed` is that of the ring oscillator's noise. */
export interface PicoCardOptions extends Pick<DynamicCardOptions, 'name' | 'made' | 'seed'> {
  readonly image: PicoImage;
  /** Called with each line of the console. */
  readonly logged?: (line: string) => void;
}

/** Its `cutPower` counts operations of the flash, and so does `writes`. It has power when it's first used. */
export interface PicoCard extends DynamicCard {
  readonly interface: 'contactless';
  readonly chip: Chip;
  copy(): PicoCard;
}

/** @throws ImageMissingError from `loadPicoImage('comptoir-card')`, when there is no image */
export function createPicoCard(options: PicoCardOptions): PicoCard {
  return cardOn(options, undefined);
}

/** @param flash of another card; undefined: as its maker flashed it */
function cardOn(options: PicoCardOptions, flash: Uint8Array | undefined): PicoCard {
  const { image, name, made, seed } = options;
  const noise = `${seed}/card`;
  const chip = new Chip({ image: image.segments, noise: seededBytes(noise) });
  chip.flash.load(FLASH_PROVISION_OFFSET, encodeCardProvision(made));
  if (flash !== undefined) chip.flash.load(0, flash);
  const timers = createTimers(chip);
  const target = createPn532Target(() => chip.stop());
  connectUart(chip, timers, 1, target);
  let isOn = false;
  let isPressed = false;
  let shown = { label: '', digits: '' };
  logLines(chip, (line) => {
    if (line.startsWith(SHOWS)) shown = shownIn(line.slice(SHOWS.length));
    options.logged?.(line);
  });
  chip.attach(() => setButton());
  chip.powerOff();

  function setButton(): void {
    chip.core.gpio[BUTTON_PIN]?.setInputValue(!isPressed);
  }
  function losePower(): void {
    isOn = false;
    chip.powerOff();
    target.losePower();
  }
  function start(): void {
    if (isOn) return;
    target.losePower();
    let steps = 0;
    bootChip(chip, {
      noise,
      readyLine: READY_LINE,
      folder: image.folder,
      isSettled() {
        const isQuiet = chip.steps === steps;
        steps = chip.steps;
        return isQuiet && target.waitsFor() === 'reader';
      },
    });
    target.resume();
    isOn = true;
  }
  /** @returns false when that doesn't come, or the chip was reset: it has lost its power then */
  function runUntil(isReached: () => boolean): boolean {
    const untilNanos = chip.nanos() + ANSWER_NANOS_MAX;
    const { resets } = chip;
    while (!isReached()) {
      const end = chip.run({ steps: SLICE_STEPS, untilNanos });
      if (chip.resets !== resets || end === 'noPower' || end === 'lockedUp') {
        losePower();
        return false;
      }
      if (!isReached() && (end === 'idle' || chip.nanos() >= untilNanos)) return false;
    }
    return true;
  }
  function wait(ms: number): void {
    start();
    const untilNanos = chip.nanos() + ms * NANOS_PER_MS;
    const { resets } = chip;
    while (chip.nanos() < untilNanos) {
      const end = chip.run({ steps: SLICE_STEPS, untilNanos });
      if (chip.resets !== resets) {
        losePower();
        return;
      }
      if (end === 'idle') chip.passTo(untilNanos);
    }
  }
  function fieldOff(): void {
    if (!isOn) return;
    target.fieldOff();
    runUntil(() => target.waitsFor() === 'reader');
  }

  return {
    name,
    interface: 'contactless',
    powerOn(on) {
      fieldOff();
      if (on !== 'contactless') return;
      start();
      if (!runUntil(() => target.waitsFor() === 'reader')) return;
      target.activate();
      runUntil(() => target.waitsFor() === 'command');
    },
    transmit(command) {
      if (!isOn || target.waitsFor() !== 'command') return undefined;
      target.command(command);
      let response: Uint8Array | undefined;
      const isAnswered = runUntil(() => {
        response ??= target.response();
        return response !== undefined;
      });
      if (isAnswered) runUntil(() => target.waitsFor() === 'command');
      return response;
    },
    powerOff: fieldOff,
    press(ms, during) {
      start();
      isPressed = true;
      setButton();
      during?.();
      wait(ms);
      isPressed = false;
      setButton();
      wait(SETTLED_MS);
    },
    wait,
    losePower,
    cutPower: (cut) => chip.flash.cutPower(cut),
    writes: () => chip.flash.operations,
    copy: () => cardOn(options, chip.flash.bytes.slice()),
    shown: () => shown,
    chip,
  };
}

/** @param text label, bar, digits */
function shownIn(text: string): { readonly label: string; readonly digits: string } {
  const at = text.lastIndexOf(SHOWS_BETWEEN);
  return { label: text.slice(0, at), digits: text.slice(at + SHOWS_BETWEEN.length).trimStart() };
}
