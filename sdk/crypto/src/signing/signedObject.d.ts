/**
 * Signs what a reader accepts because of who signed it, and reads it again.
 * Source: firmware/protocol/src/signedObject.ts.   Floor: crypto.
 */
import { type Message, type SignedObjectName } from '@comptoir/protocol';
export interface SignedObjectDescription {
  readonly kind: SignedObjectName;
  /** Above that of the object before it, 0..4294967295. */
  readonly sequence: number;
  /** For readers of this model alone; default: any. */
  readonly model?: string;
  /** For this reader alone; default: any. */
  readonly serial?: string;
}
export interface SignedObject {
  readonly head: Message<'signedHead'>;
  /** Head and signature: what a reader is asked first. */
  readonly headBytes: Uint8Array;
  /** A view of the input. */
  readonly content: Uint8Array;
}
export type SignedObjectFault = 'malformed' | 'wrongLength' | 'contentHashWrong';
export type SignedObjectResult =
  | {
      readonly ok: true;
      readonly object: SignedObject;
    }
  | {
      readonly ok: false;
      readonly fault: SignedObjectFault;
    };
/**
 * Deterministic, RFC 6979: the same description, content and key give the same bytes.
 * @param content at most 65,535 bytes; what a reader has room for is less
 * @param privateKey P-256, 32 bytes, big endian; see `signingKeyFrom`
 * @throws Error when a field is out of its range, or the key is none
 */
export declare function signObject(
  { kind, sequence, model, serial }: SignedObjectDescription,
  content: Uint8Array,
  privateKey: Uint8Array,
): Uint8Array;
/** Reads an object, and looks whether it's whole. Who signed it is told by `isSignedByRole`. @param bytes untrusted; not modified */
export declare function readSignedObject(bytes: Uint8Array): SignedObjectResult;
/** @param publicKey X then Y, 64 bytes; others signed nothing. High and low s alike. */
export declare function isSignedByRole({ headBytes }: SignedObject, publicKey: Uint8Array): boolean;
/** X then Y, 64 bytes: what readers are provisioned with. @param privateKey P-256, 32 bytes @throws Error when it's none */
export declare function signingPublicKey(privateKey: Uint8Array): Uint8Array;
/** A new one. @param random 48 bytes are taken */
export declare function newSigningKey(random: (length: number) => Uint8Array): Uint8Array;
/** @returns the key, or no bytes when it's no scalar of the curve */
export declare function signingKeyFrom(bytes: Uint8Array): Uint8Array;
