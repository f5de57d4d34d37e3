/**
 * Signs what a reader accepts because of who signed it, and reads it again.
 * Source: firmware/protocol/src/messages/signedObject.ts.   Floor: crypto.
 */
import {
  ANY_READER,
  concatBytes,
  decodeMessage,
  encodeMessage,
  equalBytes,
  type Message,
  NO_BYTES,
  OBJECT_SIGNATURE_BYTES,
  SIGNED_OBJECT,
  type SignedObjectName,
  signedHeadLength,
  signedObjectLabel,
} from '@comptoir/protocol';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';

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
  | { readonly ok: true; readonly object: SignedObject }
  | { readonly ok: false; readonly fault: SignedObjectFault };

const PUBLIC_KEY_BYTES = 64;
const UNCOMPRESSED = Uint8Array.of(0x04);

/**
 * Deterministic, RFC 6979: the same description, content and key give the same bytes.
 * @param content at most 65,535 bytes; what a reader has room for is less
 * @param privateKey P-256, 32 bytes, big endian; see `signingKeyFrom`
 * @throws Error when a field is out of its range, or the key is none
 */
export function signObject(
  { kind, sequence, model = ANY_READER, serial = ANY_READER }: SignedObjectDescription,
  content: Uint8Array,
  privateKey: Uint8Array,
): Uint8Array {
  const head = encodeMessage({
    kind: 'signedHead',
    objectKind: SIGNED_OBJECT[kind],
    model,
    serial,
    objectSequence: sequence,
    contentLength: content.length,
    contentHash: sha256(content),
  });
  return concatBytes(head, p256.sign(concatBytes(signedObjectLabel(), head), privateKey), content);
}

/** Reads an object, and looks whether it's whole. Who signed it is told by `isSignedByRole`. @param bytes untrusted; not modified */
export function readSignedObject(bytes: Uint8Array): SignedObjectResult {
  const length = signedHeadLength(bytes);
  const decoded = decodeMessage(bytes.subarray(0, length));
  if (!decoded.ok || decoded.message.kind !== 'signedHead') return { ok: false, fault: 'malformed' };
  const { message: head } = decoded;
  const contentAt = length + OBJECT_SIGNATURE_BYTES;
  const content = bytes.subarray(contentAt);
  if (bytes.length !== contentAt + head.contentLength) return { ok: false, fault: 'wrongLength' };
  if (!equalBytes(sha256(content), head.contentHash)) return { ok: false, fault: 'contentHashWrong' };
  return { ok: true, object: { head, headBytes: bytes.subarray(0, contentAt), content } };
}

/** @param publicKey X then Y, 64 bytes; others signed nothing. High and low s alike. */
export function isSignedByRole({ headBytes }: SignedObject, publicKey: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return false;
  const head = headBytes.subarray(0, headBytes.length - OBJECT_SIGNATURE_BYTES);
  try {
    return p256.verify(
      headBytes.subarray(head.length),
      concatBytes(signedObjectLabel(), head),
      concatBytes(UNCOMPRESSED, publicKey),
      { lowS: false },
    );
  } catch {
    return false;
  }
}

/** X then Y, 64 bytes: what readers are provisioned with. @param privateKey P-256, 32 bytes @throws Error when it's none */
export function signingPublicKey(privateKey: Uint8Array): Uint8Array {
  return p256.getPublicKey(privateKey, false).slice(1);
}

/** A new one. @param random 48 bytes are taken */
export function newSigningKey(random: (length: number) => Uint8Array): Uint8Array {
  return p256.utils.randomSecretKey(random(48));
}

/** @returns the key, or no bytes when it's no scalar of the curve */
export function signingKeyFrom(bytes: Uint8Array): Uint8Array {
  return p256.utils.isValidSecretKey(bytes) ? bytes : NO_BYTES;
}
