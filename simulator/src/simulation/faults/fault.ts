/**
 * What can go wrong between a till, a reader, a card and an acquirer, as data. One table: the check, the schema for editors and
 * the page docs/reference/faults.md come from it. Counts begin at 1 and where the fault is injected; each fault happens once.
 * Floor: simulator simulation.
 */

import type { Kind } from '@comptoir/sdk';
import { type FieldRules, faultIn, type Rule } from '#files';
import type { ReaderTargetName } from '../../machine/targets/targets.js';

/** When a reader loses its cable, in the words of a sale. */
export const PHASES = [
  'waiting',
  'reading',
  'before-authorisation',
  'during-authorisation',
  'after-authorisation',
  'result',
] as const;

export type Phase = (typeof PHASES)[number];

const HOST_CALLS = ['authorise', 'status', 'nonce', 'settle'] as const;
export type AcquirerCall = (typeof HOST_CALLS)[number];

const STORE_CALLS = ['get', 'put', 'del'] as const;
export type StoreCall = (typeof STORE_CALLS)[number];

/** What a card, or the air, does. */
export type CardFault =
  | {
      readonly kind: 'tear';
      readonly atApdu?: number;
      readonly afterByte?: number;
      readonly lost?: 'command' | 'answer';
    }
  | { readonly kind: 'noise'; readonly errorsPerMillionBits: number }
  | { readonly kind: 'short-hold'; readonly ms: number }
  | { readonly kind: 'waiting-time'; readonly atApdu?: number; readonly ms: number }
  | { readonly kind: 'reader-fault'; readonly atApdu?: number };

/** What happens to the cable, and to the frames in it. */
export type LinkFaultData =
  | { readonly kind: 'unplug'; readonly atFrame?: number; readonly at?: Phase; readonly replugMs?: number }
  | {
      readonly kind: 'frames';
      readonly does: 'drop' | 'corrupt' | 'duplicate';
      readonly from: 'host' | 'reader';
      readonly atFrame?: number;
      readonly count?: number;
    }
  | { readonly kind: 'version'; readonly lowest: number; readonly highest: number }
  | { readonly kind: 'impostor' }
  | { readonly kind: 'no-transport'; readonly why: 'denied' | 'not-found' | 'unsupported-here' };

export type AcquirerFault = {
  readonly kind: 'acquirer';
  readonly does: 'silent' | 'lost' | 'late' | 'delayed' | 'duplicate' | 'wrong' | 'refuses';
  readonly call?: AcquirerCall;
  readonly ms?: number;
  readonly times?: number;
};

/** Whose issuers may be against a card. */
const ISSUED_KINDS = ['bank', 'account', 'gift', 'coupon', 'loyalty'] as const satisfies readonly Kind[];

export type IssuerFault = {
  readonly kind: 'issuer';
  readonly of: Kind;
  readonly decides: 'decline' | 'partial';
  readonly times?: number;
};

export type JournalFault = { readonly kind: 'journal'; readonly call?: StoreCall; readonly at?: number };

export type Fault =
  | CardFault
  | LinkFaultData
  | AcquirerFault
  | IssuerFault
  | JournalFault
  | { readonly kind: 'second-card'; readonly card: string }
  | { readonly kind: 'other-program'; readonly does: 'reads' | 'takes-channels' }
  | {
      readonly kind: 'power-cut';
      readonly operation: number;
      readonly of?: 'results' | 'keys';
      readonly how?: 'clean' | 'torn';
      readonly restoreMs?: number;
    }
  | { readonly kind: 'keys-lost' }
  | { readonly kind: 'tamper' }
  | { readonly kind: 'clock-jump'; readonly ms: number };

export type FaultKind = Fault['kind'];

const DAY_MS = 86_400_000;
/** A hundred years: past every certificate. */
const JUMP_MS = 36_525 * DAY_MS;
const COUNT: Rule = { is: 'whole', min: 1, max: 1_000_000 };
const TIME: Rule = { is: 'whole', min: 0, max: DAY_MS };
const choice = (...of: readonly string[]): Rule => ({ is: 'choice', of });

interface FaultDescription {
  readonly meaning: string;
  readonly fields: FieldRules;
  /** Why the emulated chip doesn't have it. */
  readonly notOnPico?: string;
}

const atApdu = { rule: COUNT, meaning: 'the command at which it happens; the next, when it is not there' };

/** In the order of the page. */
export const FAULTS: Readonly<Record<FaultKind, FaultDescription>> = {
  tear: {
    meaning: 'the card leaves in the middle of the reading; the next activation finds it again',
    fields: {
      atApdu,
      afterByte: { rule: COUNT, meaning: 'instead: after so many bytes of commands and answers' },
      lost: { rule: choice('command', 'answer'), meaning: 'what the card or the reader never got; `command`' },
    },
  },
  noise: {
    meaning:
      'bits turn over in the air: blocks of ISO-DEP are sent again, twice at most, then the card is given up; until the card is lifted',
    fields: {
      errorsPerMillionBits: { rule: { is: 'whole', min: 1, max: 1_000_000 }, meaning: 'how many', isRequired: true },
    },
  },
  'short-hold': {
    meaning: 'the card is in the field for so long only, counted in the time that blocks take at 106 kbit/s',
    fields: { ms: { rule: TIME, meaning: 'how long', isRequired: true } },
  },
  'waiting-time': {
    meaning: 'the card asks for more time before it answers, S(WTX) or procedure byte 60',
    fields: {
      atApdu: { rule: COUNT, meaning: 'the command; all of them, when it is not there' },
      ms: { rule: TIME, meaning: 'how long it works', isRequired: true },
    },
  },
  'reader-fault': {
    meaning: 'what is below the script breaks while it speaks with a card',
    fields: { atApdu },
    notOnPico: 'what is below the script there is the image itself, and it is run as it is',
  },
  'second-card': {
    meaning: 'another card comes into the field beside the first',
    fields: {
      card: { rule: { is: 'text', pattern: '^.+$', says: 'the name of a card' }, meaning: 'which', isRequired: true },
    },
  },
  unplug: {
    meaning: 'the cable is pulled, and with it the power; at once, when nothing says when',
    fields: {
      atFrame: { rule: COUNT, meaning: 'the frame that is lost with it, counted both ways' },
      at: { rule: choice(...PHASES), meaning: 'instead: the phase of the sale' },
      replugMs: { rule: TIME, meaning: 'plugged in again after so long; never, when it is not there' },
    },
  },
  frames: {
    meaning: 'frames get lost, are changed in one bit, or come twice',
    fields: {
      does: { rule: choice('drop', 'corrupt', 'duplicate'), meaning: 'what happens to them', isRequired: true },
      from: { rule: choice('host', 'reader'), meaning: 'who sent them', isRequired: true },
      atFrame: { rule: COUNT, meaning: 'the first of them, counted on that side; 1' },
      count: { rule: COUNT, meaning: 'how many; 1' },
    },
  },
  version: {
    meaning: 'the reader says in its next answers to INIT that it speaks other versions of the protocol',
    fields: {
      lowest: { rule: { is: 'whole', min: 0, max: 255 }, meaning: 'lowest version', isRequired: true },
      highest: { rule: { is: 'whole', min: 0, max: 255 }, meaning: 'highest version', isRequired: true },
    },
  },
  impostor: { meaning: 'the reader says that it is another one, which its certificate does not', fields: {} },
  'no-transport': {
    meaning: 'the machine of the till can not open the device, once',
    fields: {
      why: { rule: choice('denied', 'not-found', 'unsupported-here'), meaning: 'what it says', isRequired: true },
    },
  },
  'other-program': {
    meaning: 'a second program uses the same reader',
    fields: {
      does: {
        rule: choice('reads', 'takes-channels'),
        meaning: 'waits for a card, or takes all channels',
        isRequired: true,
      },
    },
  },
  acquirer: {
    meaning: 'the acquirer or the way to it misbehaves',
    fields: {
      does: {
        rule: choice('silent', 'lost', 'late', 'delayed', 'duplicate', 'wrong', 'refuses'),
        meaning:
          '`silent`: decides and never answers; `lost`: never hears; `late`: answers late; `delayed`: hears late; `duplicate`: hears twice; `wrong`: answers for another key; `refuses`',
        isRequired: true,
      },
      call: { rule: choice(...HOST_CALLS), meaning: 'which question; `authorise`' },
      ms: { rule: TIME, meaning: 'how late; 1000' },
      times: { rule: COUNT, meaning: 'how many questions; 1' },
    },
  },
  issuer: {
    meaning:
      'one issuer that the sale asks decides otherwise: its answer is genuine, and it holds nothing when it declines',
    fields: {
      of: { rule: choice(...ISSUED_KINDS), meaning: 'what the card has of it', isRequired: true },
      decides: {
        rule: choice('decline', 'partial'),
        meaning: '`partial`: half of the amount, asked for or not; so decides a bank, and any other declines',
        isRequired: true,
      },
      times: { rule: COUNT, meaning: 'how many questions; 1' },
    },
  },
  'power-cut': {
    meaning: 'the power fails when the reader keeps something',
    fields: {
      operation: {
        rule: COUNT,
        meaning: 'which write of a result; on the chip, and of keys, which erased sector or programmed page of theirs',
        isRequired: true,
      },
      of: { rule: choice('results', 'keys'), meaning: 'what is being kept; `results`' },
      how: { rule: choice('clean', 'torn'), meaning: 'right after it, or in the middle of it; `clean`' },
      restoreMs: { rule: TIME, meaning: 'the power is back after so long; never, when it is not there' },
    },
  },
  'keys-lost': {
    meaning: 'the keys for payments are erased, and not loaded again; seen after the next start',
    fields: {},
  },
  tamper: {
    meaning: 'the case of the reader is opened: it destroys its keys and starts anew',
    fields: {},
    notOnPico: 'the board has no line that tells of an opened case',
  },
  'clock-jump': {
    meaning: 'the clock of the till is set, forward or back',
    fields: { ms: { rule: { is: 'whole', min: -JUMP_MS, max: JUMP_MS }, meaning: 'by how much', isRequired: true } },
  },
  journal: {
    meaning: 'the store of the till fails',
    fields: {
      call: { rule: choice(...STORE_CALLS), meaning: 'which call; `put`' },
      at: { rule: COUNT, meaning: 'which of them; the next' },
    },
  },
};

export const FAULT_RULE: Rule = {
  is: 'variant',
  by: 'kind',
  of: Object.fromEntries(Object.entries(FAULTS).map(([kind, { fields }]) => [kind, fields])),
};

export type FaultResult =
  | { readonly ok: true; readonly fault: Fault }
  | { readonly ok: false; readonly at: string; readonly must: string };

/** @param value parsed JSON or YAML, untrusted */
export function readFault(value: unknown): FaultResult {
  const wrong = faultIn(value, FAULT_RULE);
  // The rule above is this type.
  return wrong === undefined ? { ok: true, fault: value as Fault } : { ok: false, ...wrong };
}

/** @returns why there is no such fault on that target, in a sentence; undefined: there is */
export function whyNotOn(target: ReaderTargetName, { kind }: Fault): string | undefined {
  const why = target === 'pico' ? FAULTS[kind].notOnPico : undefined;
  return why && `there is no fault ${kind} on the target pico: ${why}`;
}

/** Such as `tear (atApdu 3)`. */
export function faultText({ kind, ...fields }: Fault): string {
  const told = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  return told.length === 0 ? kind : `${kind} (${told.join(', ')})`;
}
