/**
 * An issuer's file, by its path.
 * Floor: cli.
 */
import { ISSUER_FILE_BYTES_MAX, type IssuerFile, readIssuerFile } from '@comptoir/issuer';
import { readShortFile, refusal } from '../files.js';

export function issuerFileFrom(path: string): IssuerFile {
  const bytes = readShortFile(path, ISSUER_FILE_BYTES_MAX);
  const read = readIssuerFile(new TextDecoder().decode(bytes));
  if (!read.ok) throw refusal(`${path} is no issuer file: ${read.field || 'it'} ${read.rule}.`);
  return read.value;
}
