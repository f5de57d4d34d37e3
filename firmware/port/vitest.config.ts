import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests of the C port: they build it first, which needs what `setup.sh host` installs. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: {
    // Those of the simulator need the twin and the simulator's own test readers.
    include: ['firmware/port/test/**/*.test.ts', 'simulator/test/**/*.port.ts'],
    globalSetup: [
      '.config/bundleFirmware.ts',
      'firmware/port/test/buildTwin.ts',
      'firmware/port/test/powerCutCounts.ts',
    ],
    // vitest itself leaves a core idle.
    maxWorkers: '100%',
    testTimeout: 120_000,
  },
});
