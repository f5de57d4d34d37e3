/**
 * `comptoir firmware verify`: the questions of the boot stage, without a reader.
 * Floor: cli.
 */

import { developmentReleaseKeys, verifyImage } from '@comptoir/factory';
import { REFUSAL_MEANING } from '@comptoir/protocol/image';
import { readFile } from '../files.js';
import { EXIT, type ExitCode, type Output } from '../session.js';
import { describeImage, imageLines, readPackage } from './describeImage.js';
import { publicKeyFrom } from './keyFiles.js';

/** @param keyFiles none: the development keys */
export async function verify(file: string, keyFiles: readonly string[], { print }: Output): Promise<ExitCode> {
  const keys = keyFiles.length === 0 ? developmentReleaseKeys() : keyFiles.map(publicKeyFrom);
  const verdicts = readPackage(readFile(file)).map((image) => {
    const refusal = verifyImage(image, keys);
    return { ...describeImage(image), verdict: refusal ?? ('good' as const) };
  });
  print(
    { file, images: verdicts },
    verdicts.flatMap((image) => [
      ...imageLines(image),
      image.verdict === 'good' ? '  good' : `  refused: ${REFUSAL_MEANING[image.verdict]} (${image.verdict})`,
    ]),
  );
  return verdicts.every(({ verdict }) => verdict === 'good') ? EXIT.ok : EXIT.failed;
}
