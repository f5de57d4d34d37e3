/** A few cards that hide their number, on the emulated chip with the reader image of the Pico. More: HIDDEN_NUMBERS=200. */
import { expect, test } from 'vitest';
import { isNamed } from './exceptions.js';
import { toldAs } from './hiding.js';
import { tally, tallyText } from './tally.js';

const ASKED = process.env['HIDDEN_NUMBERS'];
const COUNT = Number(ASKED ?? 12);
const SEED = Number(process.env['HIDDEN_NUMBERS_SEED'] ?? 1);
const TIMEOUT_MS = 600_000 + COUNT * 120_000;

test('each that gets out is of a kind that is named [pico]', { timeout: TIMEOUT_MS }, async () => {
  const told = await tally(SEED, COUNT, { target: 'pico' });
  if (ASKED !== undefined) console.log(tallyText(told));
  expect(told.out.filter((hiding) => !isNamed(hiding)).map(toldAs)).toEqual([]);
});
