import { defineConfig } from 'tsup';

/** The package and its command, and beside them the load script, which holds what it needs of our own packages. `tsc -b` writes the declarations. */
export default defineConfig([
  {
    entry: { index: 'src/index.ts', 'cli/comptoirShop': 'src/cli/comptoirShop.ts' },
    format: 'esm',
    target: 'es2022',
    dts: false,
  },
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
