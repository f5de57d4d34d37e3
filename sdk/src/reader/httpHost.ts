/**
 * The way to the acquirer over HTTP:
 *
 *   POST url/authorise   header `comptoir-key: KEY`, body: the `authorise` message   200, body: the `complete` message
 *   GET  url/status?key=KEY                                                         200, the same · 204: never charged
 *
 * Anything else rejects: nobody knows. A 404 is no answer, or a wrong address would read as "never charged".
 * Source: docs/reference/sdk.md.   Floor: sdk reader. Uses the global fetch.
 */
import { concatBytes, MESSAGE_BYTES_MAX } from '@comptoir/protocol';
import type { CallOptions } from '../transports/transport.js';
import type { PaymentHost } from './paymentHost.js';

const HOST_TIMEOUT_MS = 30_000;
const CONTENT_TYPE = 'application/octet-stream';

/** @param url `http://` or `https://`, without a slash at its end */
export function httpHost(url: string): PaymentHost {
  return {
    async authorise(request, key, options) {
      const headers = { 'comptoir-key': key, 'content-type': CONTENT_TYPE };
      const answer = await ask(`${url}/authorise`, { method: 'POST', headers, body: request.slice() }, options);
      if (answer === null) throw new Error('the host answered 204 to a request to authorise');
      return answer;
    },
    status: (key, options) => ask(`${url}/status?key=${encodeURIComponent(key)}`, { method: 'GET' }, options),
  };
}

async function ask(
  url: string,
  init: RequestInit,
  { signal, timeoutMs = HOST_TIMEOUT_MS }: CallOptions = {},
): Promise<Uint8Array | null> {
  const late = AbortSignal.timeout(Math.ceil(timeoutMs));
  const stop = signal === undefined ? late : AbortSignal.any([signal, late]);
  const response = await fetch(url, {
    ...init,
    signal: stop,
    redirect: 'error',
    cache: 'no-store',
    credentials: 'omit',
  });
  if (response.status === 204) return null;
  if (response.status !== 200 || response.headers.get('content-type') !== CONTENT_TYPE) {
    await response.body?.cancel();
    throw new Error(`the host answered ${response.status}`);
  }
  return readBody(response);
}

/** Stops reading as soon as there are more bytes than a message has. */
async function readBody(response: Response): Promise<Uint8Array> {
  let bytes = new Uint8Array(0);
  const reader = response.body?.getReader();
  if (reader === undefined) return bytes;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (bytes.length + part.value.length > MESSAGE_BYTES_MAX) {
      await reader.cancel();
      throw new Error('the answer of the host is too long');
    }
    bytes = new Uint8Array(concatBytes(bytes, part.value));
  }
  return bytes;
}
