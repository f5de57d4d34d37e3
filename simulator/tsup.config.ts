import { defineConfig } from 'tsup';

/**
 * The library, what tests of tills use, and the command; what they share is in common. Dependencies stay packages, but for the values of
 * the boards' interfaces, which the firmware publishes as source and types only.
 */
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'testing/vitest': 'src/testing/vitest.ts',
    'testing/fastCheck': 'src/testing/fastCheck.ts',
    'cli/comptoirSim': 'src/cli/comptoirSim.ts',
    'wires/usbThread': 'src/wires/usb/usbThread.ts',
  },
  outDir: 'dist',
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  splitting: true,
  dts: false,
  // What an earlier bundle left is removed; the declarations beside it are written by `tsc -b`.
  clean: ['!**/*.d.ts'],
  noExternal: ['@comptoir/firmware/board', '@comptoir/firmware/cardBoard'],
  esbuildOptions(options) {
    options.conditions = ['comptoir-source'];
  },
});
