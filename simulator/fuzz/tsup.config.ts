import { defineConfig } from 'tsup';

export default defineConfig([
  { entry: ['fuzz.ts'], outDir: 'dist', format: 'esm', target: 'es2022', platform: 'node' },
  /** One script a target: the fuzzer changes what it loads to see which branches an input takes. Packages of others stay as they are. */
  {
    entry: ['targets/*.ts'],
    outDir: 'dist/targets',
    format: 'cjs',
    target: 'es2022',
    platform: 'node',
    shims: true,
    sourcemap: 'inline',
    noExternal: [/^@comptoir\//],
    external: [/^@noble\//],
    esbuildOptions(options) {
      options.conditions = ['comptoir-source'];
    },
  },
]);
