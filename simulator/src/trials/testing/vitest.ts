/**
 * Tests of a till with vitest: `test` hands a simulation and a connected reader to each test, and on failure what happened in it.
 * Source: docs/tutorials/test-your-till.md.   Floor: simulator trials; vitest is the caller's.
 */
import { connect, type Reader } from '@comptoir/sdk';
import { test as base, type TestAPI } from 'vitest';
import { type SimulateOptions, type Simulation, simulate } from '../../simulation/simulate.js';
import { logLines } from '../scenarios/scenarioText.js';

export interface SimulatorFixtures {
  /** Of the simulation; another one with `test.override({ options: { seed: 7 } })`. Default: seed 1 on node. */
  readonly options: SimulateOptions;
  /** A reader of its own for each test, closed after it. */
  readonly simulation: Simulation;
  /** Connected to it, with its host. */
  readonly reader: Reader;
}

const DEFAULT_OPTIONS: SimulateOptions = { seed: 1, target: 'node' };

export const test: TestAPI<SimulatorFixtures> = base.extend<SimulatorFixtures>({
  options: DEFAULT_OPTIONS,
  simulation: async ({ options, onTestFailed }, use) => {
    await using simulation = await simulate(options);
    onTestFailed(() => {
      const { seed = 1, target = 'quickjs' } = options;
      console.error([`What happened (seed ${seed}, ${target}):`, ...logLines(simulation.log())].join('\n'));
    });
    await use(simulation);
  },
  reader: async ({ simulation }, use) => {
    await using reader = await connect(simulation, simulation);
    await use(reader);
  },
});
