/** Some of the attacks on the reader image of the Pico, on the emulated chip. `npm run test:chip` runs it. */
import { describe, expect, test } from 'vitest';
import { ATTACKS } from './attacks.js';
import * as sales from './sales.js';
import { type Attack, play } from './scene.js';
import { verdictOf } from './verdict.js';
import { WAYS } from './ways.js';

const TIMEOUT_MS = 600_000;

/** The first row of the table that begins so, of that sale. */
function row(title: string, sale: Attack['sale']): Attack {
  const found = ATTACKS.find((attack) => attack.sale === sale && attack.title.startsWith(title));
  if (found === undefined) throw new Error(`there is no such attack: ${title}`);
  return found;
}

const SAMPLE = [
  row('forges 00 with the token of the question', sales.DECLINED_TAP),
  row('forges 00 with the token of the question', sales.DECLINED_SLOT),
  row('replays the approval of another payment under key and token', sales.BESIDE_OPEN),
  row('swaps the amount', sales.PARTIAL_TAP),
  row('repeats `pay`', sales.APPROVED_TAP),
  row('INIT on the channel of the till', sales.APPROVED_TAP),
  row('CANCEL on the channel of the till, mastercard, slot, asked', sales.APPROVED_SLOT),
];
/** In clear, and by both interfaces of the chip's own USB device. */
const CHIP_WAYS = WAYS.filter(({ name, version }) => (name === 'memory' ? version === 1 : name.startsWith('till')));

describe.each(CHIP_WAYS.map((way) => [`${way.name}, version ${way.version}`, way] as const))(
  'two hosts at the chip: %s',
  { timeout: TIMEOUT_MS },
  (_, way) => {
    test.each(SAMPLE.map((attack) => [attack.title, attack] as const))('%s', async (_, attack) => {
      const alone = await play(way, 'pico', attack.sale);
      const verdict = verdictOf(attack, way, alone, await play(way, 'pico', attack.sale, attack));
      expect(verdict).toEqual({ attack: attack.title, money: '', answer: '', told: [] });
    });
  },
);
