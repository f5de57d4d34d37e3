/**
 * What an issuer signed for this card: who, in which order, what to do.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: dynamicCard.
 *
 *   E7 { DF20 card 8 | DF21 issuer 1 | DF22 sequence 4 | DF23 action 1 | … } | DF24 signature 64
 *   Signed: SHA-256 of E7, tag and length included, with ECDSA P-256.
 */
import * as tlv from '@comptoir/protocol';
import type { CardBoard } from '../../board/cardBoard.js';
import * as tags from '../command/cardTags.js';

const PUBLIC_KEY_BYTES = 64;

export interface SignedObject {
  /** Position in the card's list of issuers. */
  readonly issuer: number;
  /** Rises with each object of the issuer for this card. */
  readonly sequence: number;
  readonly action: number;
  /** All inside E7; views of the input. */
  readonly objects: readonly tlv.DataObject[];
}

type SignedObjectResult =
  | { readonly ok: true; readonly object: SignedObject }
  | { readonly ok: false; readonly fault: 'MALFORMED' | 'OTHER_CARD' | 'SIGNATURE' };

/** @param bytes untrusted; not modified. Nothing of them is used before the signature is right */
export function openSignedObject(board: CardBoard, bytes: Uint8Array): SignedObjectResult {
  const decoded = tlv.decodeTlv(bytes);
  const [signed, signature] = decoded.ok ? decoded.objects : [];
  const objects = signed?.children;
  if (!decoded.ok || decoded.objects.length !== 2 || signed?.tag !== tags.TAG_E7_SIGNED_OBJECT)
    return { ok: false, fault: 'MALFORMED' };
  if (objects === undefined || signature?.tag !== tags.TAG_DF24_SIGNATURE) return { ok: false, fault: 'MALFORMED' };
  const issuer = numberOf(objects, tags.TAG_DF21_ISSUER, 1);
  const sequence = numberOf(objects, tags.TAG_DF22_SEQUENCE, 4);
  const action = numberOf(objects, tags.TAG_DF23_ACTION, 1);
  if (issuer === undefined || sequence === undefined || action === undefined) return { ok: false, fault: 'MALFORMED' };
  const issuers = board.issuers();
  const publicKey = issuers.subarray(issuer * PUBLIC_KEY_BYTES, (issuer + 1) * PUBLIC_KEY_BYTES);
  const covered = bytes.subarray(0, signed.value.byteOffset - bytes.byteOffset + signed.value.length);
  const digest = board.secure.sha256(covered);
  if (!board.secure.verifySignature(publicKey, digest, signature.value)) return { ok: false, fault: 'SIGNATURE' };
  const card = tlv.findObject(objects, tags.TAG_DF20_CARD_IDENTIFIER)?.value ?? tlv.NO_BYTES;
  if (!tlv.equalBytes(card, board.identifier())) return { ok: false, fault: 'OTHER_CARD' };
  return { ok: true, object: { issuer, sequence, action, objects } };
}

function numberOf(objects: readonly tlv.DataObject[], tag: number, length: number): number | undefined {
  const value = tlv.findObject(objects, tag)?.value;
  return value?.length === length ? tlv.unsignedFromBytes(value) : undefined;
}
