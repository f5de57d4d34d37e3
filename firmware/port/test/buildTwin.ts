import { execFileSync } from 'node:child_process';

/** Builds the host twin, as it is and under sanitizers, from the bundled firmware and the keys that the bundled SDK makes. */
export default function buildTwin(): void {
  const bundle = new URL('../../../.config/bundle.sh', import.meta.url).pathname;
  execFileSync(bundle, ['protocol', 'sdk'], { stdio: ['ignore', 2, 2] });
  execFileSync(new URL('../boards/host/build.sh', import.meta.url).pathname, { stdio: ['ignore', 2, 2] });
}
