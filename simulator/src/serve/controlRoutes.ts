/**
 * What a simulator server is told over HTTP: one table, of which the server, its check of bodies and its OpenAPI file are made.
 * Floor: simulator.
 */
import { toHex } from '@comptoir/protocol';
import type { Field, Fields, Rule } from '@comptoir/sdk/rules';
import { FAULT_RULE, type Fault } from '../faults/fault.js';
import { readerTargetNames } from '../targets/targets.js';
import { type NewReader, READERS_MAX, readerNow, type ServedReader, type ServedReaders } from './servedReaders.js';

export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{id}` stands for a reader. */
  readonly path: string;
  readonly summary: string;
  /** Of a body in JSON. None: no body. */
  readonly body?: Rule;
  /** What it answers with; none: 204. */
  readonly answer?: Rule;
  /** @param body as `body` says @throws Error whose message is for the caller */
  run(readers: ServedReaders, id: string, body: unknown): Promise<unknown>;
}

/** The reader that is meant isn't there. */
export class NoReaderError extends Error {
  override readonly name = 'NoReaderError';
}

const field = (rule: Rule, meaning: string): Field => ({ rule, meaning });
const required = (rule: Rule, meaning: string): Field => ({ rule, meaning, isRequired: true });
const object = (fields: Fields): Rule => ({ is: 'object', fields });
const list = (of: Rule): Rule => ({ is: 'list', of, min: 0, max: 1_000_000 });
const TEXT: Rule = { is: 'text', pattern: '^.{0,500}$', says: 'a text' };
const DAY_MS = 86_400_000;
const TIME: Rule = { is: 'whole', min: 0, max: DAY_MS };
const WHOLE: Rule = { is: 'whole', min: 0, max: Number.MAX_SAFE_INTEGER };
const FLAG: Rule = { is: 'flag' };

const READER = object({
  id: required(TEXT, 'in the paths'),
  serial: required(TEXT, 'serial number'),
  target: required({ is: 'choice', of: readerTargetNames }, 'what runs the firmware'),
  seed: required(WHOLE, 'of everything that looks random'),
  url: required(TEXT, 'for the SDK: reports over a WebSocket'),
  hostUrl: required(TEXT, 'for the SDK: its test host over HTTP'),
  isPowered: required(FLAG, 'whether it has power'),
  prompt: required(WHOLE, 'what it shows: a number of the table of prompts, or 0'),
  isFieldTaken: required(FLAG, 'whether there is a card in the field'),
  isSlotTaken: required(FLAG, 'whether there is a card in the slot'),
  atMs: required(WHOLE, 'its time, since it was made'),
});
export const LOG_ENTRY: Rule = object({
  atMs: required(WHOLE, 'time of the reader'),
  who: required({ is: 'choice', of: ['host', 'reader', 'card', 'customer', 'sale', 'fault'] }, 'who did it'),
  text: required(TEXT, 'what'),
});
const FRAME = object({
  atMs: required(WHOLE, 'time of the reader'),
  direction: required({ is: 'choice', of: ['toReader', 'toHost'] }, 'which way it went'),
  report: required(TEXT, 'hexadecimal, 64 bytes'),
});
const CARD = object({ card: required(TEXT, 'the name of a card') });

export const CONTROL_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/readers',
    summary: 'All readers',
    answer: list(READER),
    run: async (readers) => readers.all().map(readerNow),
  },
  {
    method: 'POST',
    path: '/readers',
    summary: 'A new reader',
    body: object({
      seed: field(WHOLE, '1'),
      target: field({ is: 'choice', of: readerTargetNames }, '`quickjs`'),
      clock: field({ is: 'choice', of: ['real', 'manual'] }, '`real`; with `manual` time passes by `advance` alone'),
    }),
    answer: READER,
    async run(readers, _, body) {
      if (readers.all().length >= READERS_MAX) throw new Error(`there are ${READERS_MAX} readers already`);
      return readerNow(await readers.create(body as NewReader));
    },
  },
  onReader('GET', '', 'How a reader is now', { answer: READER, run: async (reader) => readerNow(reader) }),
  {
    method: 'DELETE',
    path: '/readers/{id}',
    summary: 'Ends a reader',
    async run(readers, id) {
      found(readers, id);
      await readers.remove(id);
    },
  },
  onReader('POST', '/tap', 'Holds a card to the antenna', {
    body: CARD,
    run: async ({ simulation }, body) => simulation.tap((body as { card: string }).card),
  }),
  onReader('POST', '/insert', 'Puts a card into the slot', {
    body: CARD,
    run: async ({ simulation }, body) => simulation.insert((body as { card: string }).card),
  }),
  onReader('POST', '/lift', 'Takes all cards away', { run: async ({ simulation }) => simulation.lift() }),
  onReader('POST', '/remove', 'Takes the card out of the slot', { run: async ({ simulation }) => simulation.remove() }),
  onReader('POST', '/press', "Presses a dynamic card's button", {
    body: object({ ms: required(TIME, 'for how long'), card: field(TEXT, '`dynamic`') }),
    async run({ simulation }, body) {
      const { ms, card } = body as { ms: number; card?: string };
      simulation.press(ms, card);
    },
  }),
  onReader('POST', '/fault', 'Something goes wrong', {
    body: FAULT_RULE,
    run: ({ simulation }, body) => simulation.inject(body as Fault),
  }),
  onReader('POST', '/unplug', 'Pulls the cable', {
    body: object({ replugMs: field(TIME, 'plugged in again after so long; never') }),
    run: async ({ simulation }, body) => simulation.unplug((body as { replugMs?: number }).replugMs),
  }),
  onReader('POST', '/restart', 'Switches the power off and on, or plugs the cable in', {
    run: ({ simulation }) => simulation.restart(),
  }),
  onReader('POST', '/clock/advance', 'Lets time pass', {
    body: object({ ms: required(TIME, 'how much') }),
    run: ({ simulation }, body) => simulation.advance((body as { ms: number }).ms),
  }),
  onReader('GET', '/log', 'What happened, in words', {
    answer: list(LOG_ENTRY),
    run: async ({ simulation }) => simulation.log(),
  }),
  onReader('GET', '/transcript', 'All reports that crossed its link', {
    answer: list(FRAME),
    run: async ({ simulation }) => simulation.transcript().map((one) => ({ ...one, report: toHex(one.report) })),
  }),
];

interface OnReader extends Pick<ControlRoute, 'body' | 'answer'> {
  run(reader: ServedReader, body: unknown): Promise<unknown>;
}

function onReader(
  method: ControlRoute['method'],
  path: string,
  summary: string,
  { run, ...rest }: OnReader,
): ControlRoute {
  return {
    method,
    path: `/readers/{id}${path}`,
    summary,
    ...rest,
    run: async (readers, id, body) => run(found(readers, id), body),
  };
}

function found(readers: ServedReaders, id: string): ServedReader {
  const reader = readers.find(id);
  if (reader === undefined) throw new NoReaderError(`there is no reader ${id}`);
  return reader;
}
