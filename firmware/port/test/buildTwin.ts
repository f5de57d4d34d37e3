import { execFileSync } from 'node:child_process';

/** Builds the host twin, as it is and under sanitizers, from the bundled firmware. */
export default function buildTwin(): void {
  execFileSync(new URL('../boards/host/build.sh', import.meta.url).pathname, { stdio: ['ignore', 2, 2] });
}
