/**
 * Arbitraries for fast-check: cards, faults, taps and whole days, for properties that a till must have whatever happens.
 * Source: docs/tutorials/test-your-till.md.   Floor: simulator trials; fast-check is the caller's.
 */

import type { Money } from '@comptoir/sdk';
import fc, { type Arbitrary } from 'fast-check';
import type { FieldRules, Rule } from '#files';
import type { CardInterface } from '../../machine/card.js';
import { FAULTS, type Fault, type FaultKind } from '../../simulation/faults/fault.js';
import { cardNames, profileOf } from '../../world/cards/catalogue.js';

/** A card that comes, and what goes wrong with it. */
export interface Tap {
  readonly card: string;
  readonly on: CardInterface;
  readonly faults: readonly Fault[];
}

/** One customer. */
export interface Customer {
  /** Unique within a day. */
  readonly order: string;
  readonly amount: Money;
  readonly tap: Tap;
  /** Until the next one comes. */
  readonly thenMs: number;
}

export interface FaultOptions {
  /** Default: all but `second-card`, which no retry gets rid of, and `keys-lost`, `tamper` and `version`, after which nothing sells. */
  readonly kinds?: readonly FaultKind[];
}

export interface DayOptions extends FaultOptions {
  /** Default 6. */
  readonly customersMax?: number;
  /** Default: all of the catalogue. */
  readonly cards?: readonly string[];
}

const KINDS: readonly FaultKind[] = (Object.keys(FAULTS) as FaultKind[]).filter(
  (kind) => !['second-card', 'keys-lost', 'tamper', 'version'].includes(kind),
);
/** Counts beyond this meet nothing in a sale. */
const COUNT_MAX = 40;
const TIME_MAX_MS = 120_000;
/** What a patient till waits through comes more often. */
const SHORT_MS = 2_000;
const FAULTS_MAX = 3;
const AMOUNT_MAX = 9_999;

/** A name of the catalogue. */
export function arbitraryCard(cards: readonly string[] = cardNames): Arbitrary<string> {
  return fc.constantFrom(...cards);
}

/** Any fault of the schema, with counts and times that a sale can meet. */
export function arbitraryFault({ kinds = KINDS }: FaultOptions = {}): Arbitrary<Fault> {
  return fc.constantFrom(...kinds).chain((kind) =>
    // The rules of the schema are this type.
    fieldsOf(FAULTS[kind].fields).map((fields) => ({ kind, ...fields }) as Fault),
  );
}

export function arbitraryTap({ cards, ...options }: DayOptions = {}): Arbitrary<Tap> {
  return fc
    .record({ card: arbitraryCard(cards), faults: fc.array(arbitraryFault(options), { maxLength: FAULTS_MAX }) })
    .chain(({ card, faults }) => {
      const has = profileOf(card).interface;
      const places: readonly CardInterface[] = has === 'both' ? ['contactless', 'contact'] : [has];
      return fc.constantFrom(...places).map((on) => ({ card, on, faults }));
    });
}

/** Customers, one after the other. */
export function arbitraryDay({ customersMax = 6, ...options }: DayOptions = {}): Arbitrary<readonly Customer[]> {
  const customer = fc.record({
    minor: fc.integer({ min: 1, max: AMOUNT_MAX }),
    tap: arbitraryTap(options),
    thenMs: fc.integer({ min: 0, max: TIME_MAX_MS }),
  });
  return fc
    .array(customer, { minLength: 1, maxLength: customersMax })
    .map((customers) =>
      customers.map(({ minor, ...one }, at) => ({ order: `order-${at}`, amount: { minor, currency: 'EUR' }, ...one })),
    );
}

function fieldsOf(fields: FieldRules): Arbitrary<Readonly<Record<string, unknown>>> {
  const values = Object.fromEntries(Object.entries(fields).map(([name, { rule }]) => [name, valueBy(name, rule)]));
  const requiredKeys = Object.keys(fields).filter((name) => fields[name]?.isRequired);
  return fc.record(values, { requiredKeys });
}

function valueBy(name: string, rule: Rule): Arbitrary<unknown> {
  switch (rule.is) {
    case 'choice':
      return fc.constantFrom(...rule.of);
    case 'whole': {
      const upTo = (max: number): Arbitrary<number> =>
        fc.integer({ min: Math.max(rule.min, -max), max: Math.min(rule.max, max) });
      if (!name.toLowerCase().endsWith('ms')) return upTo(COUNT_MAX);
      return fc.oneof({ arbitrary: upTo(SHORT_MS), weight: 3 }, { arbitrary: upTo(TIME_MAX_MS), weight: 1 });
    }
    case 'flag':
      return fc.boolean();
    case 'text':
      return arbitraryCard();
    case 'object':
    case 'list':
    case 'variant':
    case 'one':
    case 'any':
      return fc.constant(undefined);
  }
}
