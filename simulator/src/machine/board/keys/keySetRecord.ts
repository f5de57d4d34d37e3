/**
 * One set of keys as it stands in a sector of flash, sealed under the storage key.
 * Source: firmware/port/secure/keyStore.h.   Floor: simulator machine.
 *
 *   offset  size
 *   0       4     KSET
 *   4       4     format 1 | number of the set | places | length of the identifier
 *   8       4     sequence, big endian: of two records the newer one counts
 *   12      4     zeros
 *   16      12    nonce
 *   28      4     zeros
 *   32      16    tag of AES-GCM over the first 16 bytes and what follows
 *   48            sealed: identifier 16, then of each place kind 1, length 1, key 32; zeros: no key
 */
import { concatBytes, latin1FromBytes, latin1ToBytes, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { gcm } from '@noble/ciphers/aes.js';
import type { KeyKind, TableKey } from './softwareKeys.js';

export const PLACES = 33;
export const IDENTIFIER_BYTES_MAX = 12;
export const NONCE_BYTES = 12;

const HEAD_BYTES = 16;
const SEQUENCE_AT = 8;
const NONCE_AT = 16;
const TAG_AT = 32;
const TAG_BYTES = 16;
const CONTENT_AT = 48;
const IDENTIFIER_PLACE_BYTES = 16;
const ENTRY_BYTES = 34;
const KINDS: readonly KeyKind[] = ['symmetric', 'pair', 'rsa', 'derivation', 'hmac', 'protection'];

export interface KeySet {
  readonly identifier: Uint8Array;
  readonly places: (TableKey | undefined)[];
}

/** @param sector whole @returns undefined when there is no such set in it, or the seal is broken */
export function openKeySet(sector: Uint8Array, set: number, storageKey: Uint8Array): KeySet | undefined {
  const head = sector.subarray(0, HEAD_BYTES);
  const [, , , , format, number, count = 0, identifierLength = 0] = head;
  if (latin1FromBytes(head.subarray(0, 4)) !== 'KSET' || format !== 1 || number !== set) return undefined;
  if (count > PLACES || identifierLength > IDENTIFIER_BYTES_MAX) return undefined;
  const content = sector.subarray(CONTENT_AT, CONTENT_AT + IDENTIFIER_PLACE_BYTES + count * ENTRY_BYTES);
  const sealed = concatBytes(content, sector.subarray(TAG_AT, TAG_AT + TAG_BYTES));
  try {
    const plain = gcm(storageKey, sector.slice(NONCE_AT, NONCE_AT + NONCE_BYTES), head).decrypt(sealed);
    const places = Array.from({ length: count }, (_, index) =>
      entryIn(plain.subarray(IDENTIFIER_PLACE_BYTES + index * ENTRY_BYTES)),
    );
    return { identifier: plain.slice(0, identifierLength), places };
  } catch {
    return undefined;
  }
}

export function sequenceOf(sector: Uint8Array): number {
  return unsignedFromBytes(sector.subarray(SEQUENCE_AT, SEQUENCE_AT + 4));
}

export function sealKeySet(
  { identifier, places }: KeySet,
  set: number,
  sequence: number,
  storageKey: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  const head = concatBytes(
    latin1ToBytes('KSET'),
    Uint8Array.of(1, set, places.length, identifier.length),
    unsignedToBytes(sequence, 4),
    new Uint8Array(4),
  );
  const identifierPlace = new Uint8Array(IDENTIFIER_PLACE_BYTES);
  identifierPlace.set(identifier);
  const plain = concatBytes(identifierPlace, ...places.map(entryOf));
  const sealed = gcm(storageKey, nonce, head).encrypt(plain);
  return concatBytes(head, nonce, new Uint8Array(4), sealed.subarray(plain.length), sealed.subarray(0, plain.length));
}

function entryOf(entry: TableKey | undefined): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES);
  if (entry === undefined) return bytes;
  bytes[0] = KINDS.indexOf(entry.kind);
  bytes[1] = entry.key.length;
  bytes.set(entry.key, 2);
  return bytes;
}

function entryIn(bytes: Uint8Array): TableKey | undefined {
  const length = bytes[1] ?? 0;
  return length === 0 ? undefined : { kind: KINDS[bytes[0] ?? 0] ?? 'symmetric', key: bytes.slice(2, 2 + length) };
}
