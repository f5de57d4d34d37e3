import { cpSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { defineConfig, type Options } from 'tsup';

/**
 * The library, what tests of tills use, the client, and the command; what they share is in common. Dependencies stay packages, but for the private rooms `crypto` and `files`, and for
 * the values of the boards' interfaces, which the firmware publishes as source and types only.
 */
const library: Options = {
  entry: {
    index: 'src/index.ts',
    'trials/testing/vitest': 'src/trials/testing/vitest.ts',
    'trials/testing/fastCheck': 'src/trials/testing/fastCheck.ts',
    'serve/client/simulatorClient': 'src/serve/client/simulatorClient.ts',
    'cli/comptoirSim': 'src/cli/comptoirSim.ts',
    'wires/usb/usbThread': 'src/wires/usb/usbThread.ts',
  },
  outDir: 'dist',
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  splitting: true,
  dts: false,
  // What an earlier bundle left is removed; the declarations beside it are written by `tsc -b`, the page below.
  clean: ['!**/*.d.ts', '!page/**', '!schema/**'],
  noExternal: [
    /^#(crypto|files)/,
    /^@comptoir\/(crypto|files)/,
    '@comptoir/firmware/board',
    '@comptoir/firmware/cardBoard',
  ],
  esbuildOptions(options) {
    options.conditions = ['comptoir-source'];
  },
};

/** The page of `serve`: one script, one style sheet, and the file that names them. */
const page: Options = {
  entry: { page: 'page/page.tsx' },
  outDir: 'dist/page',
  format: 'iife',
  outExtension: () => ({ js: '.js' }),
  target: 'es2022',
  platform: 'browser',
  noExternal: [/./],
  minify: true,
  dts: false,
  clean: false,
  esbuildOptions(options) {
    options.conditions = ['comptoir-source'];
    options.jsx = 'automatic';
    options.jsxImportSource = 'preact';
  },
  async onSuccess() {
    cpSync('page/page.html', 'dist/page/page.html');
    // The one package in the page's bundle, which keeps none of its comments.
    const preact = dirname(createRequire(import.meta.url).resolve('preact/package.json'));
    cpSync(`${preact}/LICENSE`, 'dist/page/LICENSE-preact.txt');
    // Declarations of the private rooms, where `tsc -b` wrote them.
    for (const room of ['crypto', 'files'].filter((name) => existsSync(`../sdk/${name}/dist`)))
      cpSync(`../sdk/${room}/dist`, `dist/${room}`, { recursive: true, filter: (path) => !path.endsWith('.map') });
    // For the editors of those who write scenarios.
    cpSync('../test-vectors/schema/scenario.schema.json', 'dist/schema/scenario.schema.json');
  },
};

export default defineConfig([library, page]);
