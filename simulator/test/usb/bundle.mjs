/**
 * Bundles what runs in the guest, from the sources: the suite and its threads for Node, the page for Chromium. Packages with native
 * parts stay packages.   `node simulator/test/usb/bundle.mjs FOLDER`
 */
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const [, , outDir] = process.argv;
const common = {
  config: false,
  silent: true,
  outDir,
  format: 'esm',
  target: 'es2022',
  noExternal: [/^@comptoir/, /^@noble/],
  esbuildOptions: (options) => {
    options.conditions = ['comptoir-source'];
  },
};

await build({
  ...common,
  entry: {
    suite: `${top}simulator/test/usb/suite/suite.ts`,
    browser: `${top}simulator/test/usb/suite/browser.ts`,
    bench: `${top}simulator/test/usb/suite/bench.ts`,
    holder: `${top}simulator/test/usb/suite/holder.ts`,
    open: `${top}simulator/test/usb/suite/open.ts`,
    usbThread: `${top}simulator/src/wires/usb/usbThread.ts`,
    elsewhere: `${top}simulator/test/usb/suite/elsewhere.ts`,
    comptoir: `${top}sdk/cli/src/comptoir.ts`,
    'comptoir-sim': `${top}simulator/src/cli/comptoirSim.ts`,
  },
  platform: 'node',
  splitting: false,
  external: ['node-hid', 'usb', 'ws', 'yaml', 'commander', 'cli-progress', 'rp2040js', /^@jitl/, /^quickjs/],
});
await build({
  ...common,
  entry: { page: `${top}simulator/test/usb/suite/page.ts` },
  platform: 'browser',
  splitting: false,
  noExternal: [/.*/],
  clean: false,
});
