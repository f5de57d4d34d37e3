/**
 * Signed objects, read again: by whoever delivers them, and wants to say what they are.
 * Source: docs/reference/wallet-applet.md, STORE DATA; docs/reference/card-commands.md, files.   Floor: issuer.
 * Memory: every value is a view of the input.
 */
import * as tlv from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** Of a file of signed objects. Larger ones are refused before anything is read in them. */
export const SIGNED_FILE_BYTES_MAX = 65_536;

const PUBLIC_KEY_BYTES = 64;
const UNCOMPRESSED = Uint8Array.of(0x04);

export interface SignedObject {
  /** As the card takes it: E7 and DF24. */
  readonly bytes: Uint8Array;
  /** Identifier of the card that it's for, 8 bytes. */
  readonly card: Uint8Array;
  /** Position in the card's list of issuers. */
  readonly issuer: number;
  readonly sequence: number;
  /** A value of ACTION, or any other byte. */
  readonly action: number;
  /** All inside E7. */
  readonly objects: readonly tlv.DataObject[];
  readonly signature: Uint8Array;
}

export type SignedFileFault =
  | tlv.TlvFault
  | 'FILE_EMPTY'
  | 'FILE_TOO_LONG'
  /** Not E7 and DF24 in turn, or E7 without DF20 to DF23. */
  | 'NOT_SIGNED_OBJECTS'
  /** A card takes no more than 4,096 bytes. */
  | 'OBJECT_TOO_LONG';

export type SignedFileResult =
  | { readonly ok: true; readonly objects: readonly SignedObject[] }
  | { readonly ok: false; readonly fault: SignedFileFault; readonly at: number };

/** Reads a file: one signed object or more, one after another. Nothing of it is verified. @param bytes untrusted; not modified */
export function readSignedObjects(bytes: Uint8Array): SignedFileResult {
  if (bytes.length === 0) return { ok: false, fault: 'FILE_EMPTY', at: 0 };
  if (bytes.length > SIGNED_FILE_BYTES_MAX) return { ok: false, fault: 'FILE_TOO_LONG', at: SIGNED_FILE_BYTES_MAX };
  const decoded = tlv.decodeTlv(bytes);
  if (!decoded.ok) return decoded;
  const endOf = ({ value }: tlv.DataObject): number => value.byteOffset - bytes.byteOffset + value.length;
  const objects: SignedObject[] = [];
  let at = 0;
  for (let position = 0; position < decoded.objects.length; position += 2) {
    const [signed, signature] = decoded.objects.slice(position, position + 2);
    const read = signed && signature && partsOf(signed, signature);
    if (read === undefined || signature === undefined) return { ok: false, fault: 'NOT_SIGNED_OBJECTS', at };
    const end = endOf(signature);
    if (end - at > wallet.SIGNED_OBJECT_BYTES_MAX) return { ok: false, fault: 'OBJECT_TOO_LONG', at };
    objects.push({ ...read, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return { ok: true, objects };
}

function partsOf(signed: tlv.DataObject, signature: tlv.DataObject): Omit<SignedObject, 'bytes'> | undefined {
  const { tag, children: objects = [] } = signed;
  if (tag !== wallet.TAG_E7_SIGNED_OBJECT || signature.tag !== wallet.TAG_DF24_SIGNATURE) return undefined;
  const value = (wanted: number): Uint8Array => tlv.findObject(objects, wanted)?.value ?? tlv.NO_BYTES;
  const card = value(wallet.TAG_DF20_CARD_IDENTIFIER);
  const [issuer, sequence, action] = [
    value(wallet.TAG_DF21_ISSUER),
    value(wallet.TAG_DF22_SEQUENCE),
    value(wallet.TAG_DF23_ACTION),
  ];
  if (card.length !== wallet.CARD_IDENTIFIER_BYTES) return undefined;
  if (issuer.length !== 1 || sequence.length !== 4 || action.length !== 1) return undefined;
  return {
    card,
    issuer: tlv.unsignedFromBytes(issuer),
    sequence: tlv.unsignedFromBytes(sequence),
    action: tlv.unsignedFromBytes(action),
    objects,
    signature: signature.value,
  };
}

/** @param publicKey X then Y, 64 bytes; others are right about nothing */
export function isSignedBy({ bytes, signature }: SignedObject, publicKey: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== PUBLIC_KEY_BYTES) return false;
  const covered = bytes.subarray(
    0,
    bytes.length - tlv.encodeTlv(tlv.dataObject(wallet.TAG_DF24_SIGNATURE, signature)).length,
  );
  const options = { prehash: false, lowS: false, format: 'compact' } as const;
  try {
    return p256.verify(signature, sha256(covered), tlv.concatBytes(UNCOMPRESSED, publicKey), options);
  } catch {
    return false;
  }
}
