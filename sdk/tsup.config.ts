import { defineConfig } from 'tsup';

/** One bundle for each entry of package.json, with shared parts in common. `tsc -b` writes the declarations beside them. */
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'transports/memory': 'src/transports/memory.ts',
    'transports/webSocket': 'src/transports/webSocket.ts',
    'transports/nodeHid': 'src/transports/nodeHid.ts',
    'transports/usb': 'src/transports/usb.ts',
    'transports/webHid': 'src/transports/webHid.ts',
    'transports/webUsb': 'src/transports/webUsb.ts',
    'acquirer/index': 'src/acquirer/index.ts',
    'tokens/index': 'src/tokens/index.ts',
    'checkout/index': 'src/checkout/index.ts',
    'issuer/index': 'src/issuer/index.ts',
    'selection/explainSelection': 'src/selection/explainSelection.ts',
    'offline/index': 'src/offline/index.ts',
    'receipt/index': 'src/receipt/index.ts',
    'promotions/applyPromotions': 'src/promotions/applyPromotions.ts',
    'factory/index': 'src/factory/index.ts',
    'release/index': 'src/release/index.ts',
    'keys/index': 'src/keys/index.ts',
    'configuration/index': 'src/configuration/index.ts',
    'rules/rules': 'src/rules/rules.ts',
    'signing/index': 'src/signing/index.ts',
    'cli/comptoir': 'src/cli/comptoir.ts',
  },
  format: 'esm',
  target: 'es2022',
  splitting: true,
  dts: false,
  // Chunks of earlier builds would be shipped, too. Declarations are of `tsc -b`.
  clean: ['!**/*.d.ts', '!**/*.d.ts.map', '!**/*.tsbuildinfo'],
  external: ['ws', 'node-hid', 'usb'],
});
