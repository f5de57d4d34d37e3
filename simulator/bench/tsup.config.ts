import { defineConfig } from 'tsup';

export default defineConfig([
  /** Our own packages are bundled from their sources, so that what is measured is what is there; peers stay packages. */
  {
    entry: ['bench.ts', 'mutation/mutateSelection.ts', 'soak/soak.ts'],
    outDir: 'dist',
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    noExternal: [/^@comptoir\//],
    external: ['typescript', 'tsup', /^@noble\//, /^@jitl\//, 'quickjs-emscripten-core'],
    esbuildOptions(options) {
      options.conditions = ['comptoir-source'];
    },
  },
  /** One script for an engine without modules. */
  {
    entry: { peers: 'pico/peers.ts' },
    outDir: 'dist',
    format: 'iife',
    target: 'es2022',
    platform: 'neutral',
    noExternal: [/.*/],
  },
]);
