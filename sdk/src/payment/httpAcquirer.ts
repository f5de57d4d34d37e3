/**
 * The way to the acquirer over HTTP:
 *
 *   POST url/authorise   header `comptoir-key: ID`, body: the `authorise` message   200, body: the `complete` message
 *   GET  url/status?key=ID                                                         200, the same · 204: never charged
 *   POST url/nonce                                                                  200, body: 8 bytes
 *   POST url/settle?key=ID&end=stands|void, of a basket &sale=HEX                  200, body: 01 stands or 00 void, and the account's token
 *   GET  url/sale?key=ID                                                           200, JSON: a `SaleAtAcquirer` · 204: never charged
 *   POST url/refund     header `comptoir-key: ID`, body: JSON, a `RefundOrder`       200, JSON: a `RefundAnswer`
 *
 * The ID is that of a key: a till that calls with a whole key by mistake gives its secret to nobody here.
 * Anything else rejects: nobody knows. A 404 is no answer, or a wrong address would read as "never charged".
 * Source: docs/reference/sdk.md.   Floor: sdk payment. Uses the global fetch.
 */
import { concatBytes, MESSAGE_BYTES_MAX, toHex } from '@comptoir/protocol';
import type { CallOptions } from '../link/transport.js';
import { timeoutOf } from '../operation/callOptions.js';
import { usageError } from '../values/errors.js';
import { paymentIdOf } from '../values/key.js';
import type { Acquirer } from './acquirer.js';

const HOST_TIMEOUT_MS = 30_000;
const NONCE_BYTES = 8;
const ACCOUNT_TOKEN_BYTES = 32;
const CONTENT_TYPE = 'application/octet-stream';
const JSON_TYPE = 'application/json';
/** A sale that was refunded in some hundreds of parts. */
const JSON_BYTES_MAX = 64 * 1024;

/**
 * @param url `http://` or `https://`, without user, query or fragment; slashes at its end are cut
 * @throws ReaderError `usage/invalid`
 */
export function httpAcquirer(url: string): Required<Acquirer> {
  const base = baseOf(url);
  return {
    async authorise(request, key, options) {
      const headers = { 'comptoir-key': paymentIdOf(key), 'content-type': CONTENT_TYPE };
      return bodyIn(await ask(`${base}/authorise`, { method: 'POST', headers, body: request.slice() }, options));
    },
    status: (key, options) =>
      ask(`${base}/status?key=${encodeURIComponent(paymentIdOf(key))}`, { method: 'GET' }, options),
    async nonce(options) {
      const nonce = bodyIn(await ask(`${base}/nonce`, { method: 'POST' }, options));
      if (nonce.length !== NONCE_BYTES) throw new Error('the acquirer gave no nonce');
      return nonce;
    },
    async settle(key, planId, end, options) {
      const sale = planId === undefined ? '' : `&sale=${toHex(planId)}`;
      const query = `key=${encodeURIComponent(paymentIdOf(key))}${sale}&end=${end}`;
      const settled = bodyIn(await ask(`${base}/settle?${query}`, { method: 'POST' }, options));
      const [stands] = settled;
      const accountToken = settled.subarray(1);
      const hasToken = accountToken.length === ACCOUNT_TOKEN_BYTES;
      if ((stands !== 0 && stands !== 1) || (!hasToken && accountToken.length > 0))
        throw new Error('the acquirer did not say how the sale ended');
      return { end: stands === 1 ? 'stands' : 'void', ...(hasToken && { accountToken }) };
    },
    async sale(key, options) {
      const answer = await ask(
        `${base}/sale?key=${encodeURIComponent(paymentIdOf(key))}`,
        { method: 'GET' },
        options,
        JSON_TYPE,
      );
      return answer === null ? null : fromJson(answer);
    },
    async refund(given, options) {
      const order = { ...given, of: paymentIdOf(given.of), key: paymentIdOf(given.key) };
      const headers = { 'comptoir-key': order.key, 'content-type': JSON_TYPE };
      const init = { method: 'POST', headers, body: JSON.stringify(order) };
      return fromJson(bodyIn(await ask(`${base}/refund`, init, options, JSON_TYPE)));
    },
  };
}

/** The address may hold a secret: it stays out of the error. */
function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.username + parsed.password === '';
  if (!isPlain || parsed.search + parsed.hash !== '')
    throw usageError('The address of an acquirer looks like https://HOST/PATH.');
  return (parsed.origin + parsed.pathname).replace(/\/+$/, '');
}

/** 204 is an answer to `status` alone. */
function bodyIn(answer: Uint8Array | null): Uint8Array {
  if (answer === null) throw new Error('the acquirer answered 204');
  return answer;
}

/** Whoever asked reads it with care: see `refund`. */
function fromJson<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes));
}

async function ask(
  url: string,
  init: RequestInit,
  options: CallOptions = {},
  type: string = CONTENT_TYPE,
): Promise<Uint8Array | null> {
  const late = AbortSignal.timeout(timeoutOf(options, HOST_TIMEOUT_MS));
  const stop = options.signal === undefined ? late : AbortSignal.any([options.signal, late]);
  const response = await fetch(url, {
    ...init,
    signal: stop,
    redirect: 'error',
    cache: 'no-store',
    credentials: 'omit',
  });
  if (response.status === 204) return null;
  if (response.status !== 200 || response.headers.get('content-type') !== type) {
    await response.body?.cancel();
    throw new Error(`the acquirer answered ${response.status}`);
  }
  return readBody(response, type === JSON_TYPE ? JSON_BYTES_MAX : MESSAGE_BYTES_MAX);
}

/** Stops reading as soon as there are more bytes than the answer may have. */
async function readBody(response: Response, most: number): Promise<Uint8Array> {
  let bytes = new Uint8Array(0);
  const reader = response.body?.getReader();
  if (reader === undefined) return bytes;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (bytes.length + part.value.length > most) {
      await reader.cancel();
      throw new Error('the answer of the acquirer is too long');
    }
    bytes = new Uint8Array(concatBytes(bytes, part.value));
  }
  return bytes;
}
