import { defineConfig } from 'tsup';

/** Our own packages are bundled from their sources; others stay packages. */
export default defineConfig({
  entry: ['src/counter.ts', 'src/openCounter.ts', 'src/figures.ts'],
  outDir: 'dist',
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  noExternal: [/^@comptoir\//],
  external: [
    /^@electric-sql\//,
    /^@fastify\//,
    'fastify',
    'pg',
    'ws',
    'commander',
    /^@noble\//,
    /^@jitl\//,
    'quickjs-emscripten-core',
    'rp2040js',
    'usb',
    'node-hid',
  ],
  esbuildOptions(options) {
    options.conditions = ['comptoir-source'];
    // The pages of the shop's site.
    options.jsx = 'automatic';
    options.jsxImportSource = 'preact';
  },
});
