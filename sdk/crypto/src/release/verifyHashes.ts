/**
 * Is an image whole? Apart from its signatures, so that a till in a browser loads no curve for it.
 * Floor: crypto.
 */
import { concatBytes, equalBytes } from '@comptoir/protocol';
import { chunksOf, type Image, type RefusalName } from '@comptoir/protocol/image';
import { sha256 } from '@noble/hashes/sha2.js';

/** The table against the header, the body against the table, the body against the header. @returns what is wrong, if anything */
export function verifyHashes({ header, chunkTable, body }: Image): RefusalName | undefined {
  if (!equalBytes(sha256(chunkTable), header.chunkTableSha256)) return 'chunkTableWrong';
  if (!equalBytes(chunkTableOf(body), chunkTable)) return 'chunkHashWrong';
  return equalBytes(sha256(body), header.bodySha256) ? undefined : 'bodyHashWrong';
}

/** SHA-256 of each chunk, one after the other. */
export function chunkTableOf(body: Uint8Array): Uint8Array {
  return concatBytes(...chunksOf(body).map((chunk) => sha256(chunk)));
}
