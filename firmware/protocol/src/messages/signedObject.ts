/**
 * Objects that a reader accepts because of who signed them, whoever brings them: configurations, tickets for keys, the word
 * that ends a reader's service.
 *
 *   offset  size  object
 *   0       H     head: one `signedHead` message, shorter than 130 bytes
 *   H       64    signature: ECDSA on P-256, r and s, of SHA-256 of LABEL and head
 *   H + 64  L     content; its length and its SHA-256 are in the head
 *
 * The kind in the head, and a key of its own for each kind, keep one from being taken for another; the label keeps all of them apart from
 * whatever else is signed with P-256 here.
 * Floor: protocol.
 */
import { latin1ToBytes } from '../bytes/bytes.js';

/** Kinds of objects, and with it who must have signed: the role with the same number. Frozen. */
export const SIGNED_OBJECT = { configuration: 1, keyLoad: 2, decommission: 3 } as const;

export type SignedObjectName = keyof typeof SIGNED_OBJECT;

/** `model` and `serial` of an object for any reader. */
export const ANY_READER = '*';

export const OBJECT_SIGNATURE_BYTES = 64;

/** Objects that come whole, in one message: tickets for keys, and the end of service. */
export const KEY_OBJECT_BYTES_MAX = 1344;

/** The tag of `signedHead`; its length is one byte. */
const HEAD_TAG = 0xb0;
const HEAD_LENGTH_MAX = 0x7f;

/** What is hashed before the head. @returns 24 bytes */
export function signedObjectLabel(): Uint8Array {
  return latin1ToBytes('COMPTOIR SIGNED OBJECT 1');
}

/** Bytes of the head at the beginning of an object, or 0 when that is none. @param bytes untrusted; its first two are enough */
export function signedHeadLength(bytes: Uint8Array): number {
  const [tag, length = HEAD_LENGTH_MAX + 1] = bytes;
  return tag === HEAD_TAG && length <= HEAD_LENGTH_MAX ? 2 + length : 0;
}

/** Why a signed object is refused. Frozen: a number never changes its meaning, and an unknown one stays a number. */
export const OBJECT_REFUSAL = {
  malformed: 1,
  otherKind: 2,
  noKey: 3,
  badSignature: 4,
  otherReader: 5,
  notNewer: 6,
  wrongLength: 7,
  contentHashWrong: 8,
  contentMalformed: 9,
  fieldRefused: 10,
  authorityKeyHashWrong: 11,
  authorityKeyHashPublishedWrong: 12,
  flashFailed: 13,
  nothingBegun: 14,
  keyRefused: 15,
  sameKey: 16,
} as const;

export type ObjectRefusalName = keyof typeof OBJECT_REFUSAL;

/** What each refusal says to the person who brings the object. */
export const OBJECT_REFUSAL_MEANING: Readonly<Record<ObjectRefusalName, string>> = {
  malformed: 'this is no signed object',
  otherKind: 'the object is of another kind',
  noKey: 'the reader has no key of those who may sign this: it takes no such object',
  badSignature: 'it is not signed with the key that the reader has for this, or it was changed since',
  otherReader: 'it is for another model or another reader',
  notNewer: 'its sequence is not above that of what the reader has',
  wrongLength: 'it is empty, or longer than the reader has room for',
  contentHashWrong: 'what came is not what was signed',
  contentMalformed: 'what is signed can not be read, or is not written as this version writes it',
  fieldRefused: 'a field has a value that it must not have',
  authorityKeyHashWrong: 'a CA public key does not agree with its SHA-1',
  authorityKeyHashPublishedWrong:
    'a CA public key is one of the three that were published with a wrong SHA-1: A000000004 FB, FC and FD',
  flashFailed: 'the flash did not take it',
  nothingBegun: 'no object was begun, or its pieces are all there',
  keyRefused: 'a key block is none that a reader takes, or it is for another reader or ticket',
  sameKey: 'it brings the initial DUKPT key that the reader has: its counters would come again',
};

/** @returns the name, or undefined for a number that this version doesn't know */
export function objectRefusalName(refusal: number): ObjectRefusalName | undefined {
  for (const [name, value] of Object.entries(OBJECT_REFUSAL)) if (value === refusal) return name as ObjectRefusalName;
  return undefined;
}
