/**
 * A scenario: what a till, a customer, an acquirer and bad luck do to a reader, and what must come out, as data. The check, the schema for editors
 * and the page docs/reference/scenario-files.md come from one table.
 * Floor: simulator trials.
 */

import type { Basket, Choice, Kind, MerchantPolicy, Prompt } from '@comptoir/sdk';
import type { Field, FieldRules, Rule } from '#files';
import { FAULT_RULE, type Fault } from '../../simulation/faults/fault.js';

/** What somebody does at once. */
export interface Action {
  readonly tap?: string;
  readonly insert?: string;
  readonly lift?: true;
  readonly remove?: true;
  readonly press?: number;
  readonly fault?: Fault;
  readonly wait?: number;
  readonly unplug?: true;
  readonly restart?: true;
  readonly abort?: true;
}

/** An action in the middle of a call. */
export interface During extends Action {
  /** When this prompt is shown. */
  readonly at?: string;
  /** The time of it, from 1. */
  readonly time?: number;
  /** Instead: after so long, in milliseconds. */
  readonly afterMs?: number;
}

export interface Named {
  readonly order?: string;
  readonly attempt?: number;
  readonly timeoutMs?: number;
}

export interface PayCall extends Named {
  /** Such as `12.50 EUR`. */
  readonly amount: string;
  readonly partial?: 'allow' | 'refuse';
  readonly interfaces?: 'contact' | 'contactless' | 'both';
  readonly confirm?: boolean;
}

export interface CheckoutCall extends Named {
  readonly basket: Basket;
  readonly policy?: MerchantPolicy;
  readonly choice?: Choice;
  /** The customer names what is to be used by its label, in the middle of the tap. */
  readonly choose?: readonly string[];
  /** Asked in the middle of the tap, the customer ends the sale. */
  readonly leaves?: true;
  readonly journal?: boolean;
}

/** A call of the SDK. */
export interface Call {
  readonly connect?: {
    readonly timeoutMs?: number;
    readonly trusts?: 'development' | 'another-factory';
    /** The till can't reach the acquirer, and stores payments up to so much each. */
    readonly offlineUpTo?: string;
  };
  readonly pay?: PayCall;
  readonly read?: {
    readonly accept: readonly Kind[];
    readonly interfaces?: 'contact' | 'contactless' | 'both';
    readonly timeoutMs?: number;
  };
  readonly checkout?: CheckoutCall;
  readonly lookup?: Named;
  readonly recover?: { readonly timeoutMs?: number };
  readonly install?: { readonly version: string; readonly timeoutMs?: number };
  readonly close?: true;
}

export interface Step extends Action, Call {
  readonly during?: readonly During[];
  /** What the result must have; it may have more. */
  readonly expect?: unknown;
  /** The code of the error that must come, or what the error must have. */
  readonly error?: unknown;
  /** All prompts, in order. */
  readonly prompts?: readonly string[];
  /** Lines that the receipt must have. */
  readonly receipt?: readonly string[];
}

export interface Scenario {
  readonly title: string;
  /** In a sentence. */
  readonly story: string;
  readonly seed?: number;
  /** What the account of the dynamic card may owe, in minor units. */
  readonly accountCredit?: number;
  /** Simulated time; more is out of time. Default: ten minutes. */
  readonly withinMs?: number;
  readonly steps: readonly Step[];
  readonly expect?: {
    /** What banks took in the end, as `ORDER-ATTEMPT AMOUNT`, in order. */
    readonly charges?: readonly string[];
    /** Commands that cards got, in this order; others may be between them. */
    readonly apdus?: readonly string[];
    /** Lines of the log that must be there in this order, each a part of one. */
    readonly log?: readonly string[];
  };
}

export const WITHIN_MS = 600_000;
const PROMPTS: readonly Prompt['show'][] = [
  'tap',
  'hold',
  'remove',
  'try-again',
  'one-card',
  'insert',
  'see-phone',
  'choose',
  'processing',
];
const DAY_MS = 86_400_000;
const TIME: Rule = { is: 'whole', min: 0, max: DAY_MS };
const TEXT: Rule = { is: 'text', pattern: '^.{1,200}$', says: 'a text' };
const YES: Rule = { is: 'choice', of: [true] };
const LINES: Rule = { is: 'list', of: TEXT, min: 0, max: 100 };
const AMOUNT: Rule = { is: 'text', pattern: '^[0-9]+(\\.[0-9]+)? [A-Z]{3}$', says: 'an amount such as 12.50 EUR' };
const INTERFACES: Rule = { is: 'choice', of: ['contact', 'contactless', 'both'] };
const field = (rule: Rule, meaning: string): Field => ({ rule, meaning });
const required = (rule: Rule, meaning: string): Field => ({ rule, meaning, isRequired: true });
const object = (fields: FieldRules): Rule => ({ is: 'object', fields });

const timeoutMs = field(TIME, 'of the call; that of the SDK');
const NAMED: FieldRules = {
  order: field(TEXT, 'of the key; `order`'),
  attempt: field({ is: 'whole', min: 1, max: 1000 }, 'of the key; 1'),
  timeoutMs,
};

const ACTIONS: FieldRules = {
  tap: field(TEXT, 'holds a card to the reader, by its name'),
  insert: field(TEXT, 'puts a card into the slot'),
  lift: field(YES, 'takes all cards away'),
  remove: field(YES, 'takes the card out of the slot'),
  press: field(TIME, "presses the dynamic card's button for so many milliseconds"),
  fault: field(FAULT_RULE, 'something goes wrong: see [faults](faults.md)'),
  wait: field(TIME, 'lets so many milliseconds pass'),
  unplug: field(YES, 'pulls the cable'),
  restart: field(YES, 'switches the power off and on, or plugs the cable in'),
  abort: field(YES, 'the clerk stops the call; only in `during`'),
};

const CALLS: FieldRules = {
  connect: field(
    object({
      timeoutMs,
      trusts: field(
        { is: 'choice', of: ['development', 'another-factory'] },
        'whose readers the till trusts; `development`',
      ),
      offlineUpTo: field(AMOUNT, 'the acquirer is out of reach: payments up to so much are stored; it is asked'),
    }),
    'connects; any other call does so by itself when there is no reader yet',
  ),
  pay: field(
    object({
      amount: required(AMOUNT, 'what is due'),
      ...NAMED,
      partial: field({ is: 'choice', of: ['allow', 'refuse'] }, 'whether a part may be approved; `refuse`'),
      interfaces: field(INTERFACES, 'where a card may be presented; `both`'),
      confirm: field({ is: 'flag' }, 'what the customer says to the application that the card proposes'),
    }),
    'takes a payment',
  ),
  read: field(
    object({
      accept: required({ is: 'list', of: TEXT, min: 1, max: 5 }, 'kinds of instruments'),
      interfaces: field(INTERFACES, 'where a card may be presented; `both`'),
      timeoutMs,
    }),
    'reads a card without charging it',
  ),
  checkout: field(
    object({
      basket: required({ is: 'any' }, 'as `reader.pay` takes it'),
      ...NAMED,
      policy: field({ is: 'any' }, "the merchant's policy"),
      choice: field({ is: 'any' }, 'what was chosen before'),
      choose: field(LINES, 'labels that the customer chooses in the middle of the tap'),
      leaves: field(YES, 'asked in the middle of the tap, the customer ends the sale'),
      journal: field({ is: 'flag' }, 'written down in the store of the till'),
    }),
    'takes a basket from one tap',
  ),
  lookup: field(object(NAMED), 'asks what became of a key'),
  recover: field(object({ timeoutMs }), 'finishes what the journal holds open'),
  install: field(
    object({ version: required(TEXT, 'of the image that is offered: three numbers'), timeoutMs }),
    'updates the reader with its own firmware under another version',
  ),
  close: field(YES, 'closes the reader'),
};

export const CALL_NAMES = Object.keys(CALLS) as readonly (keyof Call)[];

const DURING: Rule = {
  is: 'one',
  of: ACTIONS,
  with: {
    at: field({ is: 'choice', of: PROMPTS }, 'when this prompt is shown'),
    time: field({ is: 'whole', min: 1, max: 100 }, 'which time; 1'),
    afterMs: field(TIME, 'instead: after so long'),
  },
};

const STEP: Rule = {
  is: 'one',
  of: { ...ACTIONS, ...CALLS },
  with: {
    during: field({ is: 'list', of: DURING, min: 1, max: 50 }, 'what happens meanwhile'),
    expect: field({ is: 'any' }, 'what the result must have; it may have more'),
    error: field({ is: 'any' }, 'the code of the error that must come, or what the error must have'),
    prompts: field(
      { is: 'list', of: { is: 'choice', of: PROMPTS }, min: 0, max: 100 },
      'all prompts, in order; on the emulated chip, which takes its time, others may be between',
    ),
    receipt: field(LINES, 'lines that the receipt must have'),
  },
};

export const SCENARIO_RULE: Extract<Rule, { is: 'object' }> = {
  is: 'object',
  fields: {
    title: required(TEXT, 'what it is, in a few words'),
    story: required(
      { is: 'text', pattern: '^.{1,400}$', says: 'a sentence' },
      'what happens and why it matters, in a sentence',
    ),
    seed: field({ is: 'whole', min: 0, max: Number.MAX_SAFE_INTEGER }, 'of everything that looks random; 1'),
    accountCredit: field(
      { is: 'whole', min: 0, max: 1_000_000_000 },
      'what the account of the card `dynamic` may owe, in minor units',
    ),
    withinMs: field({ is: 'whole', min: 1, max: 7 * DAY_MS }, 'simulated time; more is out of time; 600000'),
    steps: required({ is: 'list', of: STEP, min: 1, max: 1000 }, 'one after the other'),
    expect: field(
      object({
        charges: field(LINES, 'what banks took in the end, `ORDER-ATTEMPT AMOUNT` each'),
        apdus: field(LINES, 'commands that cards got, in this order; others may be between'),
        log: field(LINES, 'parts of lines of the log, in this order'),
      }),
      'what must be true at the end',
    ),
  },
};
