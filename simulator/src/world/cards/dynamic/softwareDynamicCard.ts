/**
 * A dynamic card: the very script that a card runs, on a board of software, behind the interface of the other cards. It has a
 * battery: the script runs on when the field is off. `losePower` takes that away, too; what the card keeps stays.
 * Floor: simulator world.
 */

import { type CardBoard, FIELD } from '@comptoir/firmware/cardBoard';
import { NO_BYTES } from '@comptoir/protocol';
import { seededBytes } from '#crypto/seed';
import {
  createRecordsInMemory,
  type RecordsInMemory,
  type RecordsOptions,
} from '../../../machine/board/recordsInMemory.js';
import type { Card, CardInterface } from '../../../machine/card.js';
import type { PowerCut } from '../../../machine/chip/flash.js';
import { loadCardText } from '../../../machine/firmwareText.js';
import { loadOnNode } from '../../../machine/targets/node.js';
import type { Load, Loaded } from '../../../machine/targets/target.js';
import type { MadeCard } from './cardMaking.js';
import { cardSecure } from './cardSecure.js';

export const RECORDS = 128;

export interface DynamicCardOptions {
  readonly name: string;
  readonly made: Pick<MadeCard, 'identifier' | 'keys' | 'issuers'>;
  /** Of the card's random bytes. */
  readonly seed: number | string;
  /** The engine. Default: the target `node`. */
  readonly load?: Load;
  /** Default: the script that is bundled with the simulator. */
  readonly script?: string;
  readonly interface?: CardInterface | 'both';
  /** What it kept before, and where it keeps what it writes. Default: a new card, in memory. */
  readonly records?: RecordsOptions;
}

export interface DynamicCard extends Card {
  /** Presses the button for so long; the time passes. @param during called when it's pressed, before the time passes */
  press(ms: number, during?: () => void): void;
  /** Time passes. */
  wait(ms: number): void;
  /** The battery is gone for a moment: the script starts anew with the next field, press or wait. */
  losePower(): void;
  /** The power fails at that write of a record, 1 the next. */
  cutPower(cut: PowerCut): void;
  /** How many records were written so far. */
  writes(): number;
  /** Another card with the same keys and the same memory, without power: only a simulator can make one. */
  copy(): DynamicCard;
  /** What the display shows. */
  shown(): { readonly label: string; readonly digits: string };
}

interface Running {
  readonly loaded: Loaded;
  readonly step: () => number;
}

export function createDynamicCard(options: DynamicCardOptions): DynamicCard {
  return cardOn(options, createRecordsInMemory(RECORDS, options.records));
}

function cardOn(options: DynamicCardOptions, records: RecordsInMemory): DynamicCard {
  const { made, load = loadOnNode } = options;
  const random = seededBytes(`${options.seed}/dynamic card`);
  let running: Running | undefined;
  let power: number = FIELD.none;
  let events: Uint8Array[] = [];
  let answer: Uint8Array | undefined;
  let nowMs = 0;
  let isPressed = false;
  let shown = { label: '', digits: '' };
  let wakeMs = 0;

  function stop(): void {
    const ended = running;
    running = undefined;
    answer = undefined;
    // Not at once: it may be the script itself that is calling us.
    if (ended !== undefined) queueMicrotask(() => ended.loaded.dispose());
  }

  function start(): Running | undefined {
    let step: (() => number) | undefined;
    let isOn = true;
    const startMs = nowMs;
    const board: CardBoard = {
      field: {
        power: () => power,
        receive: () => events.shift(),
        send(response) {
          if (isOn) answer = response;
        },
      },
      nfc: undefined,
      secure: cardSecure(made.keys, random),
      records: records.powerOn(() => {
        isOn = false;
        stop();
      }),
      clock: { uptimeMs: () => nowMs - startMs },
      button: { isPressed: () => isPressed },
      display: {
        show(label, digits) {
          shown = { label, digits };
        },
      },
      identifier: () => made.identifier,
      issuers: () => made.issuers,
      start(given) {
        step = given;
      },
    };
    const loaded = load(options.script ?? loadCardText().script, board);
    if (step === undefined) throw new Error('the script did not call board.start');
    // The power failed while it started.
    if (!isOn) loaded.dispose();
    else running = { loaded, step };
    return running;
  }

  function step(): void {
    running ??= start();
    const waitMs = running?.step() ?? 0;
    wakeMs = nowMs + waitMs;
  }

  function pass(ms: number): void {
    const untilMs = nowMs + ms;
    while (wakeMs < untilMs) {
      nowMs = Math.max(wakeMs, nowMs + 1);
      step();
    }
    nowMs = untilMs;
    step();
  }

  function fieldOff(): void {
    if (power === FIELD.none) return;
    power = FIELD.none;
    if (running === undefined) return;
    events = [NO_BYTES];
    step();
  }

  const has = options.interface ?? 'both';
  return {
    name: options.name,
    interface: has,
    powerOn(on) {
      fieldOff();
      if (has !== 'both' && has !== on) return;
      power = FIELD[on];
      events = [];
      step();
    },
    transmit(command) {
      if (power === FIELD.none || running === undefined) return undefined;
      answer = undefined;
      // A board gives the script no empty command: that is how it says that the field went off.
      events = [command.length === 0 ? Uint8Array.of(0) : command];
      step();
      const given = answer;
      answer = undefined;
      return given;
    },
    powerOff: fieldOff,
    press(ms, during) {
      step();
      isPressed = true;
      step();
      during?.();
      pass(ms);
      isPressed = false;
      step();
    },
    wait: pass,
    losePower() {
      power = FIELD.none;
      events = [];
      stop();
    },
    cutPower: records.cutPower,
    writes: () => records.writes,
    copy: () => cardOn(options, records.copy()),
    shown: () => shown,
  };
}
