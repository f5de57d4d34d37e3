/**
 * `comptoir keys new-bdk`.
 * Floor: cli.
 */
import { existsSync } from 'node:fs';
import { type AcquirerFile, acquirerFileText } from '@comptoir/acquirer';
import { keyCheckValue } from '@comptoir/factory';
import { fromHex, toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import { createFile, refusal, replaceFile } from '../files.js';
import { acquirerFileFrom } from '../keyFile.js';
import { EXIT, type ExitCode, type Output } from '../session.js';

const IDENTIFIER_BYTES = 4;
const KEY_BYTES = 32;
const SEALING_BYTES = 64;

/** Keys that are there stay: envelopes of before are opened by them. */
export function newBdk(path: string, identifierText: string, { print }: Output): ExitCode {
  const identifier = fromHex(identifierText);
  if (identifier?.length !== IDENTIFIER_BYTES)
    throw refusal(`An identifier is 8 hexadecimal digits, not "${identifierText}".`);
  const isThere = existsSync(path);
  const before: AcquirerFile = isThere
    ? acquirerFileFrom(path)
    : { baseDerivationKeys: [], sealing: { version: 1, key: systemRandom(SEALING_BYTES) } };
  if (before.baseDerivationKeys.some((known) => toHex(known.identifier) === toHex(identifier)))
    throw refusal(`${path} has a base derivation key ${toHex(identifier)} already.`);
  const key = systemRandom(KEY_BYTES);
  const text = acquirerFileText({ ...before, baseDerivationKeys: [...before.baseDerivationKeys, { identifier, key }] });
  const bytes = new TextEncoder().encode(text);
  if (isThere) replaceFile(path, bytes);
  else createFile(path, bytes);
  const checkValue = toHex(keyCheckValue(key));
  print({ file: path, identifier: toHex(identifier), checkValue }, [
    `${path}: base derivation key ${toHex(identifier)}, check value ${checkValue}, for development only, readable by you alone`,
  ]);
  return EXIT.ok;
}
