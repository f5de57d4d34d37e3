/**
 * What a key server makes for one reader: a signed ticket with keys that only this reader can take, once.
 * Source: docs/reference/keys.md; firmware/src/commands/keyLoad.ts draws it.   Floor: factory. Keys are in clear here.
 */
import { concatBytes, latin1ToBytes, type SignedObjectName, toHex } from '@comptoir/protocol';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { signingPublicKey, signObject } from '#crypto/signing';
import { type KeyBlockHeader, wrapKeyBlock } from './keyBlock.js';

export interface KeyTicketDescription {
  /** The reader's, as it tells it itself. A ticket is for one reader alone. */
  readonly serial: string;
  /** Out of the reader's certificate, which you have checked: X25519, 32 bytes. */
  readonly staticKey: Uint8Array;
  /** Above that of the reader's last ticket. */
  readonly sequence: number;
  /** At most one of each usage. */
  readonly keys: readonly TicketKey[];
}

export interface TicketKey {
  readonly header: KeyBlockHeader;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const LABEL = latin1ToBytes('comptoir key load\0');
const PROTECTION_KEY_BYTES = 32;
const KEY_LOAD: SignedObjectName = 'keyLoad';
const NOTHING = new Uint8Array(0);

/** An initial DUKPT key. @param key 32 bytes @param initialKeyId BDK identifier 4, derivation identifier 4 */
export function initialKey(key: Uint8Array, initialKeyId: Uint8Array): TicketKey {
  const optionalBlocks = [{ identifier: 'IK', data: toHex(initialKeyId) }];
  return { key, header: headerOf('B1', 'A', 'X', '00', optionalBlocks) };
}

/** A merchant's key of index tokens. @param key 32 bytes @param version 0..31 */
export function indexTokenKey(key: Uint8Array, version: number): TicketKey {
  return {
    key,
    header: headerOf('M7', 'H', 'C', String(version).padStart(2, '0'), [{ identifier: 'HM', data: '21' }]),
  };
}

/** A key that protects the blocks behind it. @param key 32 bytes */
export function protectionKey(key: Uint8Array): TicketKey {
  return { key, header: headerOf('K1', 'A', 'B', '00', []) };
}

/**
 * @param signingKey of the role that signs tickets, P-256, 32 bytes
 * @param random     secret: the ticket's own key pair is made of it
 * @returns a signed object for `reader.loadKeys`
 * @throws Error when a key doesn't have 32 bytes, or the static key is none
 */
export function makeKeyTicket(
  { serial, staticKey, sequence, keys }: KeyTicketDescription,
  signingKey: Uint8Array,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const secret = random(PROTECTION_KEY_BYTES);
  const salt = sha256(concatBytes(LABEL, sha256(signingPublicKey(signingKey)), latin1ToBytes(serial)));
  const shared = x25519.getSharedSecret(secret, staticKey);
  let under: Uint8Array = hkdf(sha256, shared, salt, NOTHING, PROTECTION_KEY_BYTES);
  const blocks: Uint8Array[] = [];
  for (const { header, key } of keys) {
    if (key.length !== PROTECTION_KEY_BYTES) throw new Error('a reader takes keys of 32 bytes');
    blocks.push(latin1ToBytes(wrapKeyBlock(under, header, key, random)));
    if (header.usage === 'K1') under = key;
  }
  const content = concatBytes(x25519.getPublicKey(secret), ...blocks);
  shared.fill(0);
  secret.fill(0);
  return signObject({ kind: KEY_LOAD, sequence, serial }, content, signingKey);
}

function headerOf(
  usage: string,
  algorithm: string,
  modeOfUse: string,
  keyVersion: string,
  optionalBlocks: KeyBlockHeader['optionalBlocks'],
): KeyBlockHeader {
  return { usage, algorithm, modeOfUse, keyVersion, exportability: 'N', optionalBlocks };
}
