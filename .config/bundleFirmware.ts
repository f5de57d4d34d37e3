import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * The targets run the bundled firmware text, never the modules: bundle it once before the tests. A clone that was never built has no page for
 * `comptoir-sim serve` either.
 */
export default function bundleFirmware(): void {
  bundle('@comptoir/firmware');
  if (!existsSync(new URL('../simulator/dist/page/page.html', import.meta.url))) bundle('@comptoir/simulator');
}

function bundle(name: string): void {
  execSync(`npm run -s bundle -w ${name}`, { stdio: ['ignore', 'ignore', 'inherit'] });
}
