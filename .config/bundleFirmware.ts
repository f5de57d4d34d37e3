import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The targets run the bundled firmware text, never the modules: bundle it once before the tests. A clone that was never built has no page for
 * `comptoir-sim serve` either.
 */
export default function bundleFirmware(): void {
  bundle('firmware');
  if (!existsSync(new URL('../simulator/dist/page/page.html', import.meta.url))) bundle('simulator');
}

function bundle(...names: readonly string[]): void {
  execFileSync(fileURLToPath(new URL('bundle.sh', import.meta.url)), names, { stdio: ['ignore', 2, 2] });
}
