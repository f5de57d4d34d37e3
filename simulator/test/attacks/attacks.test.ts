/**
 * Two hosts at one reader: a till takes a payment, and a stranger at another channel of the same reader tries to change it or to learn of it.
 * Whatever it does, the bank's charges, the till's result and a later lookup are those of the same sale without it.
 * Each way has half of the attacks on one target and half on the other, as COMPTOIR_SEED has it; `npm run attacks`: all on both.
 */
import { describe, expect, test } from 'vitest';
import { ATTACKS } from './attacks.js';
import { type Attack, type Played, play, type Sale } from './scene.js';
import { type Verdict, verdictOf } from './verdict.js';
import { rowsOf, WAYS, type Way } from './ways.js';

const TARGETS = ['node', 'quickjs'] as const;
const { COMPTOIR_ATTACKS: asked, COMPTOIR_SEED: seed = '1' } = process.env;
const verdicts: Verdict[] = [];

function attacksOn(target: (typeof TARGETS)[number], way: Way): readonly Attack[] {
  const turn = TARGETS.indexOf(target) + Number(seed);
  return rowsOf(way, ATTACKS).filter((_, row) => asked === 'all' || (row + turn) % TARGETS.length === 0);
}

describe.each(TARGETS)('%s', (target) => {
  describe.each(WAYS.map((way) => [`${way.name}, version ${way.version}`, way] as const))('%s', (_, way) => {
    const undisturbed = new Map<Sale, Promise<Played>>();
    const alone = (sale: Sale): Promise<Played> => {
      const played = undisturbed.get(sale) ?? play(way, target, sale);
      undisturbed.set(sale, played);
      return played;
    };

    test.each(attacksOn(target, way).map((attack) => [attack.title, attack] as const))('%s', async (_, attack) => {
      const verdict = verdictOf(attack, way, await alone(attack.sale), await play(way, target, attack.sale, attack));
      verdicts.push(verdict);
      expect(verdict).toEqual({ attack: attack.title, money: '', answer: '', told: [] });
    });
  });
});

test('none of them moved money, changed an answer or told a secret', () => {
  const count = (has: (verdict: Verdict) => boolean): number => verdicts.filter(has).length;
  expect({
    of: verdicts.length,
    movedMoney: count(({ money }) => money !== ''),
    changedAnAnswer: count(({ answer }) => answer !== ''),
    toldASecret: count(({ told }) => told.length > 0),
  }).toEqual({
    of: TARGETS.flatMap((target) => WAYS.flatMap((way) => attacksOn(target, way))).length,
    movedMoney: 0,
    changedAnAnswer: 0,
    toldASecret: 0,
  });
});
