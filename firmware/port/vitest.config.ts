import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests of the C port: they build it first, which needs what `setup.sh host` installs. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: {
    include: ['firmware/port/test/**/*.test.ts'],
    globalSetup: ['.config/bundleFirmware.ts', 'firmware/port/test/buildTwin.ts'],
    testTimeout: 120_000,
  },
});
