/**
 * `comptoir config show`.
 * Floor: cli.
 */

import { describeConfiguration, developmentRoleKey, isSignedByRole, readSignedObject } from '@comptoir/factory';
import { ANY_READER, CONFIGURATION_BYTES_MAX, SIGNED_OBJECT, toHex } from '@comptoir/protocol';
import { readShortFile, refusal } from '../files.js';
import { publicKeyFrom } from '../firmware/keyFiles.js';
import { EXIT, type ExitCode, type Output } from '../session.js';

/** @param keyFile public key, PEM; undefined: the development key */
export function showConfiguration(file: string, keyFile: string | undefined, { print }: Output): ExitCode {
  const read = readSignedObject(readShortFile(file, CONFIGURATION_BYTES_MAX));
  if (!read.ok) throw refusal(`${file} is no whole signed object (${read.fault}).`);
  const { head, content } = read.object;
  const described = head.objectKind === SIGNED_OBJECT.configuration ? describeConfiguration(content) : undefined;
  if (described === undefined) throw refusal(`${file} is a signed object, but no configuration.`);
  const key = keyFile === undefined ? developmentRoleKey('configuration') : publicKeyFrom(keyFile);
  const isSigned = isSignedByRole(read.object, key.publicKey);
  const whose = keyFile === undefined ? 'the development key' : keyFile;
  const of = (name: string): string => (name === ANY_READER ? 'any' : name);
  const facts = {
    sequence: head.objectSequence,
    model: of(head.model),
    serial: of(head.serial),
    sha256: toHex(head.contentHash),
  };
  print({ ...facts, isSigned, configuration: described }, [
    `sequence ${facts.sequence}, for the model ${facts.model} and the serial number ${facts.serial}`,
    `SHA-256 ${facts.sha256}`,
    isSigned ? `signed with ${whose}` : `NOT signed with ${whose}`,
    JSON.stringify(described, null, 2),
  ]);
  return isSigned ? EXIT.ok : EXIT.failed;
}
