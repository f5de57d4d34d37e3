/** Scenarios on the emulated chip come to what is said of them: the same as on every target, or their own. `npm run scenarios:chip`: all of ours. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CHIP_SAMPLE, onTheChip } from '../../src/trials/scenarios/onTheChip.js';
import { scenarioAt } from '../../src/trials/scenarios/readScenario.js';
import { runScenario, type ScenarioReport, warmUp } from '../../src/trials/scenarios/runScenario.js';

const folder = fileURLToPath(new URL('../../../test-vectors/scenarios/', import.meta.url));
const TIMEOUT_MS = 600_000;
const ALL = readdirSync(folder).map((name) => basename(name, '.yaml'));
const named = (process.env['COMPTOIR_SCENARIOS'] === 'all' ? ALL : CHIP_SAMPLE).map((name) => {
  const scenario = scenarioAt(join(folder, `${name}.yaml`));
  return { name, scenario, found: onTheChip({ name, scenario }) };
});

describe('scenarios on the chip', { timeout: TIMEOUT_MS }, () => {
  test.each(named.filter(({ found }) => found.comes !== 'not'))('$name: $found.comes', async ({ scenario, found }) => {
    const { ending, differences, digestOnAnyTarget } = await runScenario(scenario, { target: 'pico' });
    expect([ending === 'passed', differences]).toEqual(
      found.comes === 'otherwise' ? [false, expect.any(Array)] : [true, []],
    );
    if (found.comes === 'otherwise') return;
    const others: ScenarioReport[] = [];
    for (const target of ['node', 'quickjs'] as const) {
      await warmUp(target);
      others.push(await runScenario(scenario, { target }));
    }
    expect(others.map((other) => other.differences)).toEqual([[], []]);
    const isSame = others.map((other) => other.digestOnAnyTarget === digestOnAnyTarget);
    expect(isSame).toEqual([found.comes === 'same', found.comes === 'same']);
  });

  test('the same scenario twice is the same bytes at the same times', async () => {
    const scenario = scenarioAt(join(folder, 'card-noise.yaml'));
    const once = await runScenario(scenario, { target: 'pico' });
    expect((await runScenario(scenario, { target: 'pico' })).digest).toBe(once.digest);
  });
});
