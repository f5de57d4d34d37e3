/**
 * Cards that hide their number where none belongs, in ways that nobody wrote down, and a search of everything that the host gets that
 * was told how. A long run: npm run hidden
 */
import { describe, expect, test } from 'vitest';
import { brokenFirmware } from '../machine/brokenFirmware.js';
import { isNamed, OUT_SHARE_MAX } from './exceptions.js';
import { getsOut } from './getsOut.js';
import { type Hiding, toldAs } from './hiding.js';
import { type Counter, openCounter } from './play.js';
import { tally, tallyText } from './tally.js';

/** Set: so many on node, and a tenth of them on quickjs. */
const ASKED = process.env['HIDDEN_NUMBERS'];
const COUNT = Number(ASKED ?? 60);
const SEED = Number(process.env['HIDDEN_NUMBERS_SEED'] ?? 1);
const TIMEOUT_MS = 60_000 + COUNT * 2000;

const runs = [
  { target: 'node', count: COUNT },
  { target: 'quickjs', count: Math.ceil(COUNT / 10) },
] as const;

test.each(runs)('few get out, each of a kind that is named [$target]', { timeout: TIMEOUT_MS }, async (run) => {
  const told = await tally(SEED, run.count, { target: run.target });
  if (ASKED !== undefined) console.log(tallyText(told));
  expect(told.out.filter((hiding) => !isNamed(hiding)).map(toldAs)).toEqual([]);
  // A few cards are no measure of a share.
  const outOfCards = told.out.filter(({ sale }) => sale !== 'cards').length;
  if (run.count >= SHARE_OF_CARDS_MIN) expect(outOfCards / told.played).toBeLessThanOrEqual(OUT_SHARE_MAX);
});

const SHARE_OF_CARDS_MIN = 1000;

describe('a reader whose gate is open', () => {
  const gateOpen = [
    'isShownIn({ children = [] }, vouched) {',
    'isShownIn({ children = [] }, vouched) { return false;',
  ] as const;
  const ordinary: Hiding = {
    base: 'kernel 3',
    sale: 'pay contactless',
    isAuthentic: false,
    number: '4761739001010119',
    part: 'whole',
    odd: 0,
    coding: 'base64 of packed',
    split: 'no',
    places: ['50 label'],
    fit: 'front',
  };
  /** What the search alone keeps in: it has the form of its field. */
  const hidings: readonly Hiding[] = [
    ordinary,
    { ...ordinary, sale: 'read' },
    { ...ordinary, sale: 'checkout' },
    { ...ordinary, sale: 'pay contact', base: 'kernel 2', number: '5413330089604113', places: ['9F12 preferred name'] },
    { ...ordinary, coding: 'ASCII', places: ['9F24 PAR'] },
    { ...ordinary, coding: 'packed', places: ['9F26 cryptogram'] },
    { ...ordinary, coding: 'integer', places: ['9F26 cryptogram'] },
  ];
  const play = async (counter: Counter): Promise<readonly boolean[]> => {
    const out: boolean[] = [];
    for (const hiding of hidings) out.push(await getsOut(counter, hiding));
    return out;
  };

  test('lets them out, and the judge sees each; the reader as it is lets none', async () => {
    await using open = await openCounter({ target: 'node', firmware: await brokenFirmware([gateOpen]) });
    await using whole = await openCounter({ target: 'node' });
    expect(await play(open)).toEqual(hidings.map(() => true));
    expect(await play(whole)).toEqual(hidings.map(() => false));
  });
});
