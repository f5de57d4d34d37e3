import { defineConfig } from 'tsup';

/**
 * One script for each entry: no imports, no exports, no globals of its own. Names and lines stay readable, so that a stack
 * from any engine can be read; the same sources give the same bytes.
 */
export default defineConfig({
  entry: ['src/reader.ts', 'src/vectors.ts'],
  outDir: 'dist',
  format: 'iife',
  target: 'es2022',
  platform: 'neutral',
  splitting: false,
  treeshake: false,
  clean: false,
  noExternal: [/.*/],
  outExtension: () => ({ js: '.js' }),
  esbuildOptions(options) {
    options.conditions = ['comptoir-source'];
    options.charset = 'ascii';
    options.legalComments = 'none';
  },
});
