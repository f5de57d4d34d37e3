/**
 * What goes over the wire of a simulator server, as rules: bodies, answers, messages of its WebSockets.
 * Floor: simulator serve.
 */
import type { Field, FieldRules, Rule } from '#files';
import { readerTargetNames } from '../machine/targets/targets.js';

export const field = (rule: Rule, meaning: string): Field => ({ rule, meaning });
export const required = (rule: Rule, meaning: string): Field => ({ rule, meaning, isRequired: true });
export const object = (fields: FieldRules): Rule => ({ is: 'object', fields });
export const list = (of: Rule): Rule => ({ is: 'list', of, min: 0, max: 1_000_000 });
const choice = (...of: readonly string[]): Rule => ({ is: 'choice', of });

export const TEXT: Rule = { is: 'text', pattern: '^.{0,500}$', says: 'a text' };
/** A message has no more bytes. */
const LONG_TEXT: Rule = { is: 'text', pattern: '^.{0,10000}$', says: 'a text' };
const DAY_MS = 86_400_000;
export const TIME: Rule = { is: 'whole', min: 0, max: DAY_MS };
export const WHOLE: Rule = { is: 'whole', min: 0, max: Number.MAX_SAFE_INTEGER };
const FLAG: Rule = { is: 'flag' };
const HEX = 'hexadecimal; `*` for what must not be seen';

export const READER: Rule = object({
  id: required(TEXT, 'in the paths'),
  serial: required(TEXT, 'serial number'),
  target: required({ is: 'choice', of: readerTargetNames }, 'what runs the firmware'),
  seed: required(WHOLE, 'of everything that looks random'),
  clock: required(choice('real', 'manual'), '`manual`: time passes by `advance` alone'),
  url: required(TEXT, 'for the SDK: reports over a WebSocket'),
  acquirerUrl: required(TEXT, 'for the SDK: its test acquirer over HTTP'),
  isPowered: required(FLAG, 'whether it has power'),
  prompt: required(WHOLE, 'what it shows: a number of the table of prompts, or 0'),
  isFieldTaken: required(FLAG, 'whether there is a card in the field'),
  isSlotTaken: required(FLAG, 'whether there is a card in the slot'),
  fieldCards: required(list(TEXT), 'the names of the cards in the field'),
  slotCards: required(list(TEXT), 'the name of the card in the slot'),
  atMs: required(WHOLE, 'its time, since it was made'),
});

export const LOG_ENTRY: Rule = object({
  number: required(WHOLE, 'which entry, counted from 0'),
  atMs: required(WHOLE, 'time of the reader'),
  who: required(choice('host', 'reader', 'card', 'customer', 'sale', 'fault'), 'who did it'),
  text: required(TEXT, 'what'),
  holds: field(choice('frame', 'apdu'), 'what `/log/{number}` shows of it'),
});

export const OPENED: Rule = {
  is: 'variant',
  by: 'holds',
  of: {
    frame: { reports: required(list(TEXT), 'reports of 64 bytes, hexadecimal') },
    apdu: {
      command: required(LONG_TEXT, HEX),
      response: required(LONG_TEXT, `${HEX}; empty: none came`),
      objects: required(
        list(
          object({
            tag: required(TEXT, 'hexadecimal'),
            name: required(TEXT, "EMV's words; empty for a tag of others"),
            depth: required(WHOLE, 'how many templates it is in'),
            value: required(LONG_TEXT, `${HEX}; empty for a template`),
          }),
        ),
        'the data objects of the response',
      ),
    },
  },
};

export const FRAME: Rule = object({
  atMs: required(WHOLE, 'time of the reader'),
  direction: required(choice('toReader', 'toHost'), 'which way it went'),
  report: required(TEXT, 'hexadecimal, 64 bytes'),
});

export const CARD: Rule = object({ card: required(TEXT, 'the name of a card') });

export const CARD_DESCRIPTION: Rule = object({
  name: required(TEXT, 'by which it is tapped'),
  label: required(TEXT, 'what is printed on it'),
  interfaces: required(list(choice('contact', 'contactless')), 'where it can be presented'),
  description: required(TEXT, 'what it is for'),
  maskedNumber: required(TEXT, 'first six and last four digits'),
  hasButton: required(FLAG, 'whether it can be pressed'),
});

export const TILL_RESULT: Rule = object({
  status: required(
    choice('approved', 'partial', 'declined', 'stored', 'cancelled', 'unknown', 'never-seen', 'error'),
    'as the SDK says it',
  ),
  key: required(TEXT, 'of the payment'),
  text: required(TEXT, 'for people'),
  code: field(TEXT, 'of an error, or why it was declined'),
  charged: field(choice('no', 'maybe', 'yes'), 'whether money moved'),
});

export const LEFT: Rule = list(
  object({ name: required(TEXT, 'of the field'), value: required(LONG_TEXT, 'bytes are hexadecimal') }),
);
