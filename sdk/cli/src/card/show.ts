/**
 * `comptoir card show`: what a file of signed objects says.
 * Floor: cli.
 */

import {
  describeSignedObject,
  isSignedBy,
  issuerPublicKey,
  readSignedObjects,
  SIGNED_FILE_BYTES_MAX,
  type SignedFileFault,
  type SignedObject,
  signedObjectTitle,
} from '@comptoir/issuer';
import { toHex } from '@comptoir/protocol';
import { readShortFile, refusal } from '../files.js';
import { EXIT, type ExitCode, type Output } from '../session.js';
import { issuerFileFrom } from './issuerFileFrom.js';

/** Exit code 1: one of them is not signed by that issuer. */
export function show(path: string, { issuer }: { readonly issuer?: string }, { print }: Output): ExitCode {
  const objects = objectsIn(readShortFile(path, SIGNED_FILE_BYTES_MAX), path);
  const key = issuer === undefined ? undefined : issuerPublicKey(issuerFileFrom(issuer).signing);
  const verified = objects.map((object) => key && isSignedBy(object, key));
  const shown = objects.map((object, at) => ({
    card: toHex(object.card),
    issuer: object.issuer,
    sequence: object.sequence,
    does: signedObjectTitle(object),
    says: describeSignedObject(object),
    verified: verified[at] ?? null,
  }));
  print({ file: path, objects: shown }, [
    ...objects.flatMap((object, at) => [`card ${toHex(object.card)}, ${signature(verified[at])}`, ...linesOf(object)]),
  ]);
  return verified.includes(false) ? EXIT.failed : EXIT.ok;
}

/** @param path for the sentence when the bytes are no such file */
export function objectsIn(bytes: Uint8Array, path: string): readonly SignedObject[] {
  const read = readSignedObjects(bytes);
  if (!read.ok) throw refusal(`${path} ${faultWords(read.fault)} (${read.fault} at byte ${read.at}).`);
  return read.objects;
}

export function linesOf(object: SignedObject): readonly string[] {
  const title = `${signedObjectTitle(object)}, number ${object.sequence} of issuer ${object.issuer}`;
  return [title, ...describeSignedObject(object).map((line) => `  ${line}`)];
}

function signature(isRight: boolean | undefined): string {
  if (isRight === undefined) return 'signature not verified: give --issuer';
  return isRight ? 'signed by this issuer' : 'NOT signed by this issuer';
}

function faultWords(fault: SignedFileFault): string {
  switch (fault) {
    case 'FILE_EMPTY':
      return 'is empty';
    case 'FILE_TOO_LONG':
      return `is longer than ${SIGNED_FILE_BYTES_MAX} bytes`;
    case 'TLV_TOO_MANY_OBJECTS':
      return 'holds too much: make two of it';
    case 'OBJECT_TOO_LONG':
      return 'holds an object that is too long for a card';
    default:
      return 'is no file of signed objects';
  }
}
