/**
 * The keys of those who sign for development readers. They are made from a sentence, for all to see: what they sign proves
 * nothing, and only a reader of a development model takes it: images of other models don't start with their public keys.
 * Floor: crypto.
 */
import { latin1ToBytes, SIGNED_OBJECT, type SignedObjectName, toHex } from '@comptoir/protocol';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { signingPublicKey } from './signedObject.js';

export interface RoleKey {
  /** Of the objects that it signs. */
  readonly kind: SignedObjectName;
  /** P-256, 32 bytes. */
  readonly privateKey: Uint8Array;
  /** X then Y, 64 bytes. */
  readonly publicKey: Uint8Array;
}

const made = new Map<SignedObjectName, RoleKey>();

/** The scalar is SHA-256 of "comptoir development configuration key" and so on, reduced to 1 ≤ d < n. */
export function developmentRoleKey(kind: SignedObjectName): RoleKey {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const digest = BigInt(`0x${toHex(sha256(latin1ToBytes(`comptoir development ${kind} key`)))}`);
  const privateKey = p256.Point.Fn.toBytes((digest % (p256.Point.Fn.ORDER - 1n)) + 1n);
  const key = { kind, privateKey, publicKey: signingPublicKey(privateKey) };
  made.set(kind, key);
  return key;
}

/** One for each kind of object. */
export function developmentRoleKeys(): readonly RoleKey[] {
  return (Object.keys(SIGNED_OBJECT) as SignedObjectName[]).map(developmentRoleKey);
}
