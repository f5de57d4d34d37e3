/**
 * The body of a request, up to a limit. Whoever sends more is still listened to for a while: an answer to a client that is writing would be lost with
 * the connection.
 * Floor: simulator wires.
 */
import type { IncomingMessage } from 'node:http';

/** What is thrown away of a body that is too long, before the connection is. */
const DISCARDED_BYTES_MAX = 16 * 1024 * 1024;

/** @returns a word for what was wrong, after which the request is answered or, when it broke off, is gone */
export async function requestBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array | 'too long' | 'broken off'> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length <= bytesMax) parts.push(part);
      else parts.length = 0;
      if (length > DISCARDED_BYTES_MAX) return 'too long';
    }
  } catch {
    return 'broken off';
  }
  return length > bytesMax ? 'too long' : Buffer.concat(parts);
}
