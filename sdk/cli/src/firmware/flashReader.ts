/**
 * `comptoir firmware flash` to a reader that runs.
 * Floor: cli.
 */
import type { InstallResult } from '@comptoir/sdk';
import { readFile } from '../files.js';
import { EXIT, type ExitCode, type Session } from '../session.js';
import { flashProgress } from './flashProgress.js';
import { runningLine } from './info.js';

export async function flashReader(file: string, { reader, operation, note, print }: Session): Promise<ExitCode> {
  const update = readFile(file);
  const progress = flashProgress(note);
  let result: InstallResult;
  try {
    result = await reader.firmware.install(update, { ...operation, onProgress: progress.show });
  } finally {
    progress.stop();
  }
  print(result, describeInstall(result));
  return result.status === 'installed' || result.status === 'current' ? EXIT.ok : EXIT.failed;
}

function describeInstall(result: InstallResult): readonly string[] {
  switch (result.status) {
    case 'installed':
      return ['installed', runningLine(result.running)];
    case 'current':
      return ['nothing to do: that version runs', runningLine(result.running)];
    case 'returned':
      return [`not installed: ${result.message}`, runningLine(result.running)];
    case 'refused':
      return [
        `refused: ${result.message} (${result.reason})`,
        ...(result.running === undefined ? [] : [runningLine(result.running)]),
      ];
  }
}
