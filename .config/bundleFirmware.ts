import { execSync } from 'node:child_process';

/** The targets run the bundled firmware text, never the modules: bundle it once before the tests. */
export default function bundleFirmware(): void {
  execSync('npm run -s bundle -w @comptoir/firmware', { stdio: ['ignore', 'ignore', 'inherit'] });
}
