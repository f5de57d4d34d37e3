import { defineConfig } from 'tsup';

/** The package, and beside it the load script, which holds what it needs of our own packages. `tsc -b` writes the declarations. */
export default defineConfig([
  { entry: { index: 'src/index.ts' }, format: 'esm', target: 'es2022', dts: false },
  {
    entry: { load: 'test/load.ts' },
    format: 'esm',
    target: 'es2022',
    dts: false,
    noExternal: [/^@comptoir/],
    external: ['cli-progress', 'pg'],
    esbuildOptions(options) {
      options.conditions = ['comptoir-source'];
    },
  },
]);
