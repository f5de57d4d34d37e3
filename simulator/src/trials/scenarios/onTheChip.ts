/**
 * What our scenarios come to on the emulated chip: the same as on node and quickjs, but for those that are named here. Each word of it is proven by
 * `npm run scenarios:chip`, and the page docs/reference/scenario-files.md is printed from it.
 * Floor: simulator trials.
 */
import { notOnTarget } from './notOnTarget.js';
import type { NamedScenario } from './reach.js';

export type OnTheChip =
  /** What was said, what cards were asked and what banks took is the same on every target. */
  | { readonly comes: 'same' }
  /** It passes, and something of that is the chip's own. */
  | { readonly comes: 'passes'; readonly why: string }
  | { readonly comes: 'otherwise'; readonly why: string }
  /** It's refused before it runs. */
  | { readonly comes: 'not'; readonly why: string };

const RECORDS =
  'a note of a payment takes several operations of the flash there, so the power is cut before the bank is asked';

const OTHERWISE: Readonly<Record<string, string>> = {
  'day-nobody-wants': RECORDS,
  'reader-power-cut-clean': RECORDS,
  'reader-power-cut-torn': RECORDS,
};

const PASSES: Readonly<Record<string, string>> = {
  'link-forgotten-result': 'index tokens are limited by the second, and there ten sales take longer than one',
  'link-unplug-at-frame': 'frames are counted, and a reader that takes its time says in some that it still works',
};
const T0 = 'the card in the slot speaks T=0 there, and is asked again for what it has left';

/** One of each kind that the board below could make another thing of, and quick: in every run of the tests on the chip. */
export const CHIP_SAMPLE: readonly string[] = [
  'sale-contactless',
  'sale-contact',
  'card-noise',
  'card-waits-and-waits',
  'card-short-hold',
  'card-two-at-once',
  'card-locked-phone',
  'card-pulled-from-slot',
  'link-unplug-during',
  'link-frames-doubled',
  'link-other-program-takes',
  'reader-without-keys',
  'reader-power-cut-keys',
  'acquirer-duplicate',
  'basket-one-tap',
  'basket-torn',
];

export function onTheChip({ name, scenario }: NamedScenario): OnTheChip {
  const refused = notOnTarget(scenario, 'pico');
  if (refused !== undefined) return { comes: 'not', why: refused };
  const otherwise = OTHERWISE[name];
  if (otherwise !== undefined) return { comes: 'otherwise', why: otherwise };
  const isInSlot = scenario.steps.some(({ insert }) => insert !== undefined);
  const why = PASSES[name] ?? (isInSlot ? T0 : undefined);
  return why === undefined ? { comes: 'same' } : { comes: 'passes', why };
}

/** Names in the lists above that no scenario has. */
export function unknownOnTheChip(names: readonly string[]): readonly string[] {
  return [...Object.keys(OTHERWISE), ...Object.keys(PASSES), ...CHIP_SAMPLE].filter((name) => !names.includes(name));
}
