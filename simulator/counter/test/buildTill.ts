import { execSync } from 'node:child_process';

/** The page is served as it was built, never from its sources. */
export default function buildTill(): void {
  execSync('npm run -s bundle -w @comptoir/till', { stdio: ['ignore', 'ignore', 'inherit'] });
}
