/**
 * What a simulator server is told over HTTP: one table, of which the server, its check of bodies and its OpenAPI file are made.
 * Floor: simulator serve.
 */

import { toHex } from '@comptoir/protocol';
import { money } from '@comptoir/sdk';
import type { Rule } from '#files';
import { readerTargetNames } from '../machine/targets/targets.js';
import { FAULT_RULE, type Fault } from '../simulation/faults/fault.js';
import { describeCards } from '../world/cards/describeCards.js';
import { DYNAMIC_CARD } from '../world/cards/dynamic/dynamicProfiles.js';
import {
  CARD,
  CARD_DESCRIPTION,
  FRAME,
  field,
  LEFT,
  LOG_ENTRY,
  list,
  OPENED,
  object,
  READER,
  required,
  TEXT,
  TILL_RESULT,
  TIME,
  WHOLE,
} from './controlRules.js';
import { type NewReader, readerNow, type ServedReader, type ServedReaders } from './servedReaders.js';

export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{id}` stands for a reader, `{number}` for an entry of its log. */
  readonly path: string;
  readonly summary: string;
  /** Of a body in JSON. None: no body. */
  readonly body?: Rule;
  /** What it answers with; none: 204. */
  readonly answer?: Rule;
  /** @param body as `body` says @throws Error whose message is for the caller */
  run(readers: ServedReaders, at: PathValues, body: unknown): Promise<unknown>;
}

/** What stands in a path for its names in braces. */
export type PathValues = Readonly<Record<string, string>>;

/** The reader, or the entry, that is meant isn't there. */
export class NotThereError extends Error {
  override readonly name = 'NotThereError';
}

/** Minor units: as much as twelve digits hold. */
const AMOUNT: Rule = { is: 'whole', min: 1, max: 999_999_999_999 };
const CURRENCY: Rule = { is: 'text', pattern: '^[A-Z]{3}$', says: 'a currency code of ISO 4217' };

export const CONTROL_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/cards',
    summary: 'The cards that every reader knows',
    answer: list(CARD_DESCRIPTION),
    run: async () =>
      describeCards().map(({ name, label, interfaces, description, maskedNumber }) => {
        return { name, label, interfaces, description, maskedNumber, hasButton: name === DYNAMIC_CARD.name };
      }),
  },
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
      return readerNow(await readers.create(body as NewReader));
    },
  },
  onReader('GET', '', 'How a reader is now', { answer: READER, run: async (reader) => readerNow(reader) }),
  {
    method: 'DELETE',
    path: '/readers/{id}',
    summary: 'Ends a reader',
    async run(readers, at) {
      await readers.remove(found(readers, at).about.id);
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
  onReader('POST', '/pay', "Takes a payment at the server's own till, and answers when it has ended", {
    body: object({ amount: required(AMOUNT, 'in minor units'), currency: field(CURRENCY, '`EUR`') }),
    answer: TILL_RESULT,
    run({ till }, body) {
      const { amount, currency = 'EUR' } = body as { amount: number; currency?: string };
      return till.pay(money(amount, currency));
    },
  }),
  onReader('DELETE', '/pay', 'Ends the payment of that till, as the clerk does', {
    run: async ({ till }) => till.cancel(),
  }),
  onReader('POST', '/lookup', 'How the last payment of that till ended, as the reader remembers it', {
    answer: TILL_RESULT,
    run: ({ till }) => till.lookup(),
  }),
  onReader(
    'GET',
    '/left',
    'What left the reader about the card, in the last payment: of another till, what its acquirer was asked',
    {
      answer: LEFT,
      run: async ({ till }) => till.left(),
    },
  ),
  onReader(
    'GET',
    '/log/{number}',
    'What is behind an entry: the reports of a frame, or a command and its answer, masked',
    {
      answer: OPENED,
      async run({ simulation }, _, { number = '' }) {
        const opened = /^[0-9]{1,15}$/.test(number) ? simulation.opened(Number(number)) : undefined;
        if (opened === undefined) throw new NotThereError(`there is nothing behind entry ${number}`);
        return opened;
      },
    },
  ),
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
  run(reader: ServedReader, body: unknown, at: PathValues): Promise<unknown>;
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
    run: async (readers, at, body) => run(found(readers, at), body, at),
  };
}

function found(readers: ServedReaders, { id = '' }: PathValues): ServedReader {
  const reader = readers.find(id);
  if (reader === undefined) throw new NotThereError(`there is no reader ${id}`);
  return reader;
}
