import { defineConfig } from 'tsup';

/** Our own packages are bundled from their sources, so that what is measured is what is there; peers stay packages. */
export default defineConfig({
  entry: ['bench.ts'],
  outDir: 'dist',
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  noExternal: [/^@comptoir\//],
  external: [/^@noble\//, /^@jitl\//, 'quickjs-emscripten-core'],
  clean: true,
  esbuildOptions(options) {
    options.conditions = ['comptoir-source'];
  },
});
