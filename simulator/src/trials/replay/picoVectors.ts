/**
 * Vectors on the emulated chip: one line asks, one line answers, over the console's UART.
 * Floor: simulator trials.
 */
import { Chip } from '../../machine/chip/chip.js';
import { createTimers } from '../../machine/chip/timers.js';
import { connectUart, type SerialLine } from '../../machine/chip/uartLine.js';
import type { PicoImage } from '../../machine/targets/picoImages.js';
import type { Answer, VectorEngine } from './vectorEngine.js';
import { isObject } from './vectorFiles.js';

const READY = 'comptoir-vectors ready';
/** Of the chip's own time: a start, and one record. */
const START_NANOS_MAX = 5e9;
const RECORD_NANOS_MAX = 120e9;
/** Longer lines are refused by the image (firmware/port/boards/pico/vectorsMain.c). */
const REQUEST_CHARACTERS_MAX = 6_144;
const LINE_CHARACTERS_MAX = 1_000_000;
const SLICE_STEPS = 1_000_000;

interface PicoVectorEngine extends VectorEngine {
  /** Undefined before the first record, and after a fault. */
  readonly chip: Chip | undefined;
}

/** Starts with the first record, and again after a fault. */
export function createPicoVectorEngine(image: PicoImage): PicoVectorEngine {
  let console: Console | undefined;

  function dispose(): void {
    console = undefined;
  }
  function open(): Console {
    if (console !== undefined) return console;
    const opened = openConsole(image);
    while (opened.lineWithin(START_NANOS_MAX) !== READY);
    console = opened;
    return opened;
  }
  return {
    get chip() {
      return console?.chip;
    },
    dispose,
    async run(kind, input) {
      try {
        const opened = open();
        opened.send(`${requestLine(kind, input)}\n`);
        return answerIn(opened.lineWithin(RECORD_NANOS_MAX));
      } catch (fault) {
        dispose();
        return { kind: 'fault', message: fault instanceof Error ? fault.message : String(fault) };
      }
    },
  };
}

/** A table of CA public keys that is too long for the chip's line is cut down to the keys that the record can ask for. */
function requestLine(kind: string, input: unknown): string {
  const whole = `${kind} ${JSON.stringify(input ?? {})}`;
  if (whole.length <= REQUEST_CHARACTERS_MAX || !isObject(input) || !Array.isArray(input['capks'])) return whole;
  const { capks, ...others } = input;
  const text = JSON.stringify(others).toUpperCase();
  const wanted = (capks as readonly unknown[]).filter(
    (key) => isObject(key) && text.includes(`8F01${String(key['index'])}`),
  );
  return `${kind} ${JSON.stringify({ ...others, capks: wanted })}`;
}

function answerIn(line: string): Answer {
  const answer: unknown = JSON.parse(line);
  if (!isObject(answer)) throw new Error('the image gave no answer');
  if (answer['unsupported'] === true) return { kind: 'unsupported' };
  if ('actual' in answer) return { kind: 'actual', actual: answer['actual'] };
  return { kind: 'fault', message: String(answer['error'] ?? 'the image gave no answer') };
}

interface Console {
  readonly chip: Chip;
  send(text: string): void;
  /** The next line. @throws Error when none comes in that much of the chip's time */
  lineWithin(nanos: number): string;
}

function openConsole(image: PicoImage): Console {
  const chip = new Chip({ image: image.segments });
  const lines: string[] = [];
  let characters: number[] = [];
  let line: SerialLine | undefined;
  connectUart(chip, createTimers(chip), 0, {
    connect: (given) => {
      line = given;
    },
    receive(byte) {
      if (byte !== 0x0a) {
        if (byte !== 0x0d) characters.push(byte);
        if (characters.length > LINE_CHARACTERS_MAX) throw new Error('the image writes a line without an end');
        return;
      }
      lines.push(Buffer.from(characters).toString('utf8'));
      characters = [];
      chip.stop();
    },
  });
  return {
    chip,
    send: (text) => line?.send(Buffer.from(text, 'utf8')),
    lineWithin(nanos) {
      const untilNanos = chip.nanos() + nanos;
      while (lines.length === 0) {
        const end = chip.run({ steps: SLICE_STEPS, untilNanos });
        if (end === 'lockedUp' || chip.resets > 0) throw new Error(`the image ended: ${chip.fault ?? 'it was reset'}`);
        if (lines.length === 0 && end !== 'stopped' && (end !== 'more' || chip.nanos() >= untilNanos))
          throw new Error(`no answer within ${nanos / 1e9} s of the chip's time`);
      }
      return lines.shift() as string;
    },
  };
}
