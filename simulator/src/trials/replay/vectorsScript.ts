/**
 * The text of the firmware's test entry. It's bundled when it isn't there yet.
 * Floor: simulator trials.
 */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { loadFirmwareText } from '../../machine/firmwareText.js';
import { repositoryFile } from '../../machine/repositoryFile.js';
import { UsageError } from '../usageError.js';

/** @param tell gets what is being done, in a sentence @throws UsageError when there is nothing to build it from */
export async function vectorsScript(tell: (sentence: string) => void): Promise<string> {
  if (repositoryFile('firmware/dist/vectors.js') === undefined) {
    const source = repositoryFile('firmware/src/vectors.ts');
    if (source === undefined)
      throw new UsageError('replay needs the sources of the firmware: run it in the repository.');
    tell('bundling the firmware for vectors');
    execFileSync('npm', ['run', '-s', 'bundle'], { cwd: dirname(dirname(source)), stdio: ['ignore', 2, 2] });
  }
  return (await loadFirmwareText('vectors')).script;
}
