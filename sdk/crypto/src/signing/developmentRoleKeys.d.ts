/**
 * The keys of those who sign for development readers. They are made from a sentence, for all to see: what they sign proves
 * nothing, and only a reader of a development model takes it: images of other models don't start with their public keys.
 * Floor: crypto.
 */
import { type SignedObjectName } from '@comptoir/protocol';
export interface RoleKey {
  /** Of the objects that it signs. */
  readonly kind: SignedObjectName;
  /** P-256, 32 bytes. */
  readonly privateKey: Uint8Array;
  /** X then Y, 64 bytes. */
  readonly publicKey: Uint8Array;
}
/** The scalar is SHA-256 of "comptoir development configuration key" and so on, reduced to 1 ≤ d < n. */
export declare function developmentRoleKey(kind: SignedObjectName): RoleKey;
/** One for each kind of object. */
export declare function developmentRoleKeys(): readonly RoleKey[];
