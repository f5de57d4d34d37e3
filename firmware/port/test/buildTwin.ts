import { execFileSync } from 'node:child_process';

/** Builds the host twin, as it is and under sanitizers, from the bundled firmware and the keys that the bundled SDK makes. */
export default function buildTwin(): void {
  for (const workspace of ['protocol', 'sdk'])
    execFileSync('npm', ['run', '-s', 'bundle', '-w', `@comptoir/${workspace}`], { stdio: ['ignore', 2, 2] });
  execFileSync(new URL('../boards/host/build.sh', import.meta.url).pathname, { stdio: ['ignore', 2, 2] });
}
