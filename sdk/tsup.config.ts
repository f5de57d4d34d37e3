import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Everything else goes before a build, chunks of earlier ones first of all. Declarations are of `tsc -b`. */
const KEPT: readonly string[] = ['!**/*.d.ts', '!**/*.d.ts.map', '!**/*.tsbuildinfo'];

const common: Options = {
  format: 'esm',
  target: 'es2022',
  splitting: true,
  dts: false,
  external: ['ws', 'node-hid', 'usb'],
  clean: [...KEPT],
};

/** One bundle for each entry of package.json, with shared parts in common. `tsc -b` writes the declarations beside them. */
const library: Options = {
  ...common,
  // Both are made at the same time: this one leaves the other's folder alone.
  clean: [...KEPT, '!cli/**'],
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
  },
};

/**
 * The command stands alone: what it needs besides (a parser of command lines, a progress bar) is in it, so that a till doesn't install that.
 * The licences of what is in it are beside it.
 */
const command: Options = {
  ...common,
  entry: { comptoir: 'src/cli/comptoir.ts' },
  outDir: 'dist/cli',
  // What is bundled was written for `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  esbuildPlugins: [licences()],
};

export default defineConfig([library, command]);

function licences(): Plugin {
  return {
    name: 'licences',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        const inputs = Object.keys(metafile?.inputs ?? {});
        const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
        const texts = [...new Set(folders)].sort().map((folder) => {
          const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
          return `${name} ${version}\n\n${licenceIn(folder)}`;
        });
        // The bundle itself may not be written yet.
        mkdirSync('dist/cli', { recursive: true });
        writeFileSync('dist/cli/LICENSES.txt', texts.join('\n\n\n'));
      });
    },
  };
}

function licenceIn(folder: string): string {
  for (const name of ['LICENSE', 'license', 'LICENSE-MIT.txt', 'LICENSE.md']) {
    try {
      return readFileSync(`${folder}/${name}`, 'utf8').trim();
    } catch {
      // Another name, then.
    }
  }
  throw new Error(`${folder} has no licence`);
}
