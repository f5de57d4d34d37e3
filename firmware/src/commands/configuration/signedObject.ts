/**
 * Opens what a reader accepts because of who signed it.
 * Source: firmware/protocol/src/messages/signedObject.ts draws it; docs/decisions/0041-a-configuration-is-a-signed-object.md.   Floor: commands.
 */
import {
  ANY_READER,
  concatBytes,
  decodeMessage,
  equalBytes,
  type Message,
  OBJECT_REFUSAL,
  OBJECT_SIGNATURE_BYTES,
  signedHeadLength,
  signedObjectLabel,
} from '@comptoir/protocol';
import type { Board } from '../../board/board.js';

/** What of a board it takes. */
type Opener = Pick<Board, 'identity' | 'roleKey' | 'secure'>;

type SignedHeadResult =
  | { readonly ok: true; readonly head: Message<'signedHead'> }
  /** A value of OBJECT_REFUSAL. */
  | { readonly ok: false; readonly refusal: number };

type SignedObjectResult =
  | { readonly ok: true; readonly head: Message<'signedHead'>; readonly content: Uint8Array }
  | { readonly ok: false; readonly refusal: number };

/**
 * A head with its signature, by whoever may sign objects of this kind, for this reader or any.
 * @param bytes untrusted; not modified
 * @param kind a value of SIGNED_OBJECT
 * @param above the sequence of the last object of this kind that was taken; -1: any will do
 */
export function openSignedHead(board: Opener, bytes: Uint8Array, kind: number, above: number): SignedHeadResult {
  const length = signedHeadLength(bytes);
  const decoded = decodeMessage(bytes.subarray(0, length));
  if (bytes.length !== length + OBJECT_SIGNATURE_BYTES || !decoded.ok || decoded.message.kind !== 'signedHead')
    return refused(OBJECT_REFUSAL.malformed);
  const { message: head } = decoded;
  if (head.objectKind !== kind) return refused(OBJECT_REFUSAL.otherKind);
  const publicKey = board.roleKey(kind);
  if (publicKey.length === 0) return refused(OBJECT_REFUSAL.noKey);
  const digest = board.secure.sha256(concatBytes(signedObjectLabel(), bytes.subarray(0, length)));
  if (!board.secure.verifySignature(publicKey, digest, bytes.subarray(length)))
    return refused(OBJECT_REFUSAL.badSignature);
  const { model, serial } = board.identity;
  if (!isFor(head.model, model) || !isFor(head.serial, serial)) return refused(OBJECT_REFUSAL.otherReader);
  return head.objectSequence > above ? { ok: true, head } : refused(OBJECT_REFUSAL.notNewer);
}

/** A whole object, in memory: see `openSignedHead`. `content` is a view of `bytes`. */
export function openSignedObject(board: Opener, bytes: Uint8Array, kind: number, above: number): SignedObjectResult {
  const contentAt = signedHeadLength(bytes) + OBJECT_SIGNATURE_BYTES;
  const opened = openSignedHead(board, bytes.subarray(0, contentAt), kind, above);
  if (!opened.ok) return opened;
  const content = bytes.subarray(contentAt);
  if (content.length !== opened.head.contentLength) return refused(OBJECT_REFUSAL.wrongLength);
  if (!equalBytes(board.secure.sha256(content), opened.head.contentHash))
    return refused(OBJECT_REFUSAL.contentHashWrong);
  return { ok: true, head: opened.head, content };
}

function isFor(named: string, own: string): boolean {
  return named === ANY_READER || named === own;
}

function refused(refusal: number): { readonly ok: false; readonly refusal: number } {
  return { ok: false, refusal };
}
