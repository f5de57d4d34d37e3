import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: {
    include: ['firmware/protocol/test/**/*.test.ts', 'firmware/test/**/*.test.ts', 'sdk/test/**/*.test.ts', 'simulator/test/**/*.test.ts'],
    globalSetup: ['.config/bundleFirmware.ts'],
    testTimeout: 60_000,
  },
});
