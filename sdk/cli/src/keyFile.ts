/**
 * Files of keys, by their path.
 * Floor: cli.
 */
import {
  ACQUIRER_FILE_BYTES_MAX,
  type AcquirerFile,
  type BaseDerivationKey,
  readAcquirerFile,
} from '@comptoir/acquirer';
import { readTokenServiceFile, TOKEN_SERVICE_FILE_BYTES_MAX, type TokenServiceFile } from '@comptoir/acquirer/tokens';
import { readShortFile, refusal } from './files.js';

export function tokenServiceFileFrom(path: string): TokenServiceFile {
  const read = readTokenServiceFile(textOf(path, TOKEN_SERVICE_FILE_BYTES_MAX));
  if (!read.ok) throw refusal(`${path} holds no keys of a token service: ${read.field || 'it'} ${read.rule}.`);
  return read.value;
}

export function acquirerFileFrom(path: string): AcquirerFile {
  const read = readAcquirerFile(textOf(path, ACQUIRER_FILE_BYTES_MAX));
  if (!read.ok) throw refusal(`${path} holds no keys of an acquirer: ${read.field || 'it'} ${read.rule}.`);
  return read.value;
}

/** Those of a file, by the identifier that a KSN begins with. */
export function baseDerivationKeyOf({ baseDerivationKeys }: AcquirerFile): BaseDerivationKey {
  const byIdentifier = new Map(
    baseDerivationKeys.map(({ identifier, key }) => [Buffer.from(identifier).toString('hex').toUpperCase(), key]),
  );
  return (identifier) => byIdentifier.get(identifier);
}

function textOf(path: string, bytesMax: number): string {
  return new TextDecoder().decode(readShortFile(path, bytesMax));
}
