/** Scenarios on the emulated chip: they pass, and what must be the same on every target is the same. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { scenarioAt } from '../src/scenarios/readScenario.js';
import { runScenario, warmUp } from '../src/scenarios/runScenario.js';

const folder = fileURLToPath(new URL('../../test-vectors/scenarios/', import.meta.url));
const TIMEOUT_MS = 600_000;

/** One of each kind that the board below could make another thing of. */
const SAME = [
  'sale-contactless',
  'card-noise',
  'card-waits-and-waits',
  'link-unplug-during',
  'reader-without-keys',
  'basket-one-tap',
];
/** Where in a sale a hold is over, and how many operations of its flash a record takes, is the board's own. */
const PASS = ['card-short-hold', 'reader-power-cut-keys'];

describe('scenarios on the chip', { timeout: TIMEOUT_MS }, () => {
  test.each(SAME)('%s: as on node and quickjs, times and randomness aside', async (name) => {
    const scenario = scenarioAt(join(folder, `${name}.yaml`));
    const digests: string[] = [];
    for (const target of ['node', 'quickjs', 'pico'] as const) {
      await warmUp(target);
      const { differences, digestOnAnyTarget } = await runScenario(scenario, { target });
      expect(differences, target).toEqual([]);
      digests.push(digestOnAnyTarget);
    }
    expect(new Set(digests).size).toBe(1);
  });

  test.each(PASS)('%s', async (name) => {
    const { differences } = await runScenario(scenarioAt(join(folder, `${name}.yaml`)), { target: 'pico' });
    expect(differences).toEqual([]);
  });

  test('the same scenario twice is the same bytes at the same times', async () => {
    const scenario = scenarioAt(join(folder, 'card-noise.yaml'));
    const once = await runScenario(scenario, { target: 'pico' });
    expect((await runScenario(scenario, { target: 'pico' })).digest).toBe(once.digest);
  });
});
