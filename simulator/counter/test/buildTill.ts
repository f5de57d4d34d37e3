import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BUNDLE = fileURLToPath(new URL('../../../.config/bundle.sh', import.meta.url));

/** The page is served as it was built, never from its sources. */
export default function buildTill(): void {
  execFileSync(BUNDLE, ['till'], { stdio: ['ignore', 2, 2] });
}
