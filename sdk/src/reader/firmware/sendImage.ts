/**
 * An image on its way to the reader: what it has already is not sent again.
 * Source: docs/reference/protocol.md, `firmwareBegin` to `firmwareFinish`.   Floor: sdk reader.
 */
import { NO_BYTES, PIECE_BYTES_MAX, STATUS } from '@comptoir/protocol';
import { chunksOf, type Image } from '@comptoir/protocol/image';
import type { Operation } from '../../operation/operation.js';
import { LinkFault } from '../../values/linkFault.js';
import { askFirmware } from './runningFirmware.js';

/** Another host's payment makes the reader forget a half chunk. One that needs this many tries has a reader to itself no more. */
const CHUNK_TRIES = 4;

/**
 * @param has called with the bytes that the reader has: once it's known what is there already, then after each chunk that was sent
 * @returns 0, or what the reader refused with
 */
export async function sendImage(
  operation: Operation,
  image: Image,
  has: (bytes: number, wasSent: boolean) => void,
): Promise<number> {
  const begun = await askFirmware(operation, { kind: 'firmwareBegin', signedHeader: image.signedHeader });
  if (begun.refusal !== 0) return begun.refusal;
  const written = begun.writtenChunks ?? NO_BYTES;
  const isThere = (chunk: number): boolean => ((written[chunk >> 3] ?? 0) & (1 << (chunk & 7))) !== 0;
  const chunks = [image.chunkTable, ...chunksOf(image.body)];
  let bytes = chunks.reduce((sum, { length }, chunk) => (isThere(chunk) ? sum + length : sum), 0);
  has(bytes, false);
  for (const [chunk, content] of chunks.entries()) {
    if (isThere(chunk)) continue;
    const refusal = await sendChunk(operation, chunk, content);
    if (refusal !== 0) return refusal;
    bytes += content.length;
    has(bytes, true);
  }
  return (await askFirmware(operation, { kind: 'firmwareFinish' })).refusal;
}

async function sendChunk(operation: Operation, chunk: number, content: Uint8Array): Promise<number> {
  for (let triesLeft = CHUNK_TRIES; ; triesLeft -= 1) {
    try {
      return await sendPieces(operation, chunk, content);
    } catch (error) {
      const isForgotten = error instanceof LinkFault && error.status === STATUS.invalidSequence;
      if (!isForgotten || triesLeft === 1) throw error;
    }
  }
}

async function sendPieces(operation: Operation, chunk: number, content: Uint8Array): Promise<number> {
  for (let offset = 0; offset < content.length; offset += PIECE_BYTES_MAX) {
    const piece = content.subarray(offset, offset + PIECE_BYTES_MAX);
    const message = { kind: 'firmwareChunk', chunk, chunkLength: content.length, offset, piece } as const;
    const { refusal } = await askFirmware(operation, message);
    if (refusal !== 0) return refusal;
  }
  return 0;
}
