/** SEL-1: every scenario, from the bytes of its card to the tenders. */
import { describe, expect, test } from 'vitest';
import { runScenario, whyOf } from './runScenario.js';
import { readScenarios } from './scenario.js';
import { oracle } from './selectionOracle.js';

describe.each(['selection.json', 'selection-own.json'])('%s', (file) => {
  const { scenarios, why = {} } = readScenarios(file);

  test.each(scenarios.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    '%s %s',
    (id, _title, scenario) => {
      const total = scenario.basket.reduce((sum, { qty, unit }) => sum + qty * unit, 0);
      const actual = runScenario(scenario);
      expect(actual).toEqual(scenario.expected);
      expect(oracle(scenario)).toEqual(scenario.expected);
      expect(actual.tenders.reduce((sum, { amount }) => sum + amount, actual.due)).toBe(total);
      if (why[id] !== undefined) expect(whyOf(scenario)).toEqual(why[id]);
    },
  );
});
