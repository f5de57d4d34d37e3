/**
 * `comptoir config load`.
 * Floor: cli.
 */
import { CONFIGURATION_BYTES_MAX } from '@comptoir/protocol';
import type { ConfigureResult, ReaderConfiguration } from '@comptoir/sdk';
import { readShortFile } from '../files.js';
import { EXIT, type ExitCode, type Session } from '../session.js';

export async function loadConfiguration(file: string, { reader, operation, print }: Session): Promise<ExitCode> {
  const result = await reader.configure(readShortFile(file, CONFIGURATION_BYTES_MAX), operation);
  print(result, linesOf(result));
  return result.status === 'refused' ? EXIT.failed : EXIT.ok;
}

function linesOf(result: ConfigureResult): readonly string[] {
  switch (result.status) {
    case 'loaded':
      return ['loaded', inForceLine(result.inForce)];
    case 'current':
      return ['nothing to do: it is in force', inForceLine(result.inForce)];
    case 'refused':
      return [
        `refused: ${result.message} (${result.reason})`,
        ...(result.inForce === undefined ? ['the reader has no configuration'] : [inForceLine(result.inForce)]),
      ];
  }
}

function inForceLine({ sequence, sha256 }: ReaderConfiguration): string {
  return `in force: sequence ${sequence}, SHA-256 ${sha256}`;
}
