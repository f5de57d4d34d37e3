import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Programs of others read our cards through a PC/SC daemon. `npm run test:pcsc` runs it, in namespaces of its own. */
export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: { include: ['simulator/test/pcsc/**/*.pcsc.ts'], testTimeout: 60_000, fileParallelism: false },
});
