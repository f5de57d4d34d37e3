/**
 * `comptoir firmware info`: of the reader, or of a file.
 * Floor: cli.
 */
import type { RunningFirmware } from '@comptoir/sdk';
import { readFile } from '../files.js';
import { EXIT, type ExitCode, type Output, type Session } from '../session.js';
import { imageLines, imagesOf } from './describeImage.js';

export async function readerInfo({ reader, operation, print }: Session): Promise<ExitCode> {
  const running = await reader.firmware.running(operation);
  const { model, serial, firmware } = reader.info;
  print({ model, serial, firmware, running: running ?? null }, [
    `${model}, serial ${serial}`,
    running === undefined ? `firmware ${firmware}; this reader can not be updated` : runningLine(running),
  ]);
  return EXIT.ok;
}

export async function fileInfo(file: string, { print }: Output): Promise<ExitCode> {
  const images = imagesOf(readFile(file));
  print({ file, images }, [...images.flatMap(imageLines), 'nothing of this was verified: `comptoir firmware verify`']);
  return EXIT.ok;
}

export function runningLine(running: RunningFirmware): string {
  const { version, slot, trialStartsLeft, securityVersion, minSecurityVersion, isDevelopment } = running;
  const state = trialStartsLeft === undefined ? 'confirmed' : `on trial, ${trialStartsLeft} starts left`;
  return `firmware ${version} in slot ${slot}, ${state}, ${isDevelopment ? 'development' : 'release'}, security version ${securityVersion}, at least ${minSecurityVersion}`;
}
