import { defineConfig } from 'tsup';

/**
 * One script for each entry, without imports and exports. Names and lines stay readable, so that a stack from any engine can
 * be read; the same sources give the same bytes. No function is put around it and constants are put where they are used:
 * both save the chip 20 KB of heap, since a captured variable is an object there and a global one is not.
 */
export default defineConfig({
  entry: ['src/reader.ts', 'src/vectors.ts', 'src/dynamicCard.ts'],
  outDir: 'dist',
  format: 'esm',
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
    options.minifySyntax = true;
    options.banner = { js: '"use strict";' };
  },
});
