import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

const root: string = fileURLToPath(new URL('.', import.meta.url));

/** Names every file of the page, for the service worker: what is loaded late must be there without a network, too. */
function precacheList(): Plugin {
  return {
    name: 'precache-list',
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((name) => name !== 'serviceWorker.js' && !name.endsWith('.map'));
      this.emitFile({ type: 'asset', fileName: 'precache.json', source: JSON.stringify(files.sort()) });
    },
  };
}

const config: UserConfig = defineConfig({
  root,
  base: './',
  plugins: [precacheList()],
  resolve: { conditions: ['comptoir-source', 'module', 'browser', 'import', 'default'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: `${root}dist/page`,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: `${root}index.html`, serviceWorker: `${root}src/serviceWorker.ts` },
      output: { entryFileNames: (chunk) => (chunk.name === 'serviceWorker' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
});
export default config;
