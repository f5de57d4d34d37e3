/** The driver of a card's antenna and the model of that antenna, written apart from each other, with a reader that comes and goes. */
import { NO_BYTES } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createPn532Target, type Pn532Target } from '../../../simulator/src/machine/frontEnd/pn532Target.js';
import { FIELD } from '../../src/board/cardBoard.js';
import { Pn532Field } from '../../src/cardFrontEnd/pn532Field.js';
import { type Line, lineTo } from './lineToModel.js';

interface Card {
  readonly target: Pn532Target;
  readonly field: Pn532Field;
  /** What came, and what was answered to it. */
  readonly events: Uint8Array[];
  /** A millisecond at a time, until that's true. */
  until(isReached: () => boolean): void;
}

/** A card that answers each command with the command itself and 9000. */
function card(): Card {
  const target = createPn532Target(() => undefined);
  const line: Line = lineTo(target);
  const field = new Pn532Field(line.uart, line.clock, (length) => new Uint8Array(length).fill(7));
  const events: Uint8Array[] = [];
  function step(): void {
    for (let event = field.receive(); event !== undefined; event = field.receive()) {
      events.push(event);
      if (event.length > 0) field.send(Uint8Array.of(...event.subarray(0, 256), 0x90, 0x00));
    }
  }
  return {
    target,
    field,
    events,
    until(isReached) {
      for (let ms = 0; !isReached(); ms += 1) {
        if (ms > 2_000) throw new Error('it never comes');
        step();
        line.pass(1);
      }
    },
  };
}

function exchange({ target, until }: Card, command: Uint8Array): Uint8Array | undefined {
  until(() => target.waitsFor() === 'command');
  target.command(command);
  let response: Uint8Array | undefined;
  until(() => {
    response ??= target.response();
    return response !== undefined;
  });
  return response;
}

test('a reader comes, asks twice and goes; then another one', () => {
  const one = card();
  for (let readers = 0; readers < 2; readers += 1) {
    one.until(() => one.target.waitsFor() === 'reader');
    expect(one.field.power()).toBe(FIELD.none);
    one.target.activate();
    for (const command of [Uint8Array.of(1, 2, 3), new Uint8Array(261).fill(0x55)])
      expect(exchange(one, command)).toEqual(Uint8Array.of(...command.subarray(0, 256), 0x90, 0x00));
    expect(one.field.power()).toBe(FIELD.contactless);
    one.until(() => one.target.waitsFor() === 'command');
    one.target.fieldOff();
    one.until(() => one.target.waitsFor() === 'reader');
    expect(one.events.splice(0).at(-1)).toEqual(NO_BYTES);
  }
});

test('a command longer than a frame comes in parts', () => {
  const one = card();
  one.until(() => one.target.waitsFor() === 'reader');
  one.target.activate();
  const command = Uint8Array.from({ length: 400 }, (_, at) => at);
  expect(exchange(one, command)?.subarray(0, 256)).toEqual(command.subarray(0, 256));
  expect(one.events[0]).toEqual(command);
});

test('a field that goes while the card answers is over for the card', () => {
  const one = card();
  one.until(() => one.target.waitsFor() === 'reader');
  one.target.activate();
  one.until(() => one.target.waitsFor() === 'command');
  one.target.command(Uint8Array.of(1));
  one.until(() => one.events.length === 1);
  one.target.fieldOff();
  one.until(() => one.target.waitsFor() === 'reader');
  expect(one.events).toEqual([Uint8Array.of(1), NO_BYTES]);
  expect(one.field.power()).toBe(FIELD.none);
});

test('a front end that loses its power is told anew, and nothing that it waited for is left', () => {
  const one = card();
  one.until(() => one.target.waitsFor() === 'reader');
  one.target.losePower();
  expect(one.target.waitsFor()).toBe('nothing');
  let ms = 0;
  for (; one.target.waitsFor() !== 'reader'; ms += 1_000) {
    let looked = 0;
    one.until(() => {
      looked += 1;
      return looked > 1_000 || one.target.waitsFor() === 'reader';
    });
    if (ms > 70_000) throw new Error('it is never told');
  }
  expect(ms).toBeGreaterThan(50_000);
});
