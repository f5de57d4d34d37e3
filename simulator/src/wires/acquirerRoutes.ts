/**
 * The test acquirer over HTTP, as the SDK's `httpAcquirer` speaks it.
 * Source: docs/reference/sdk.md.   Floor: simulator wires.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { concatBytes, fromHex, MESSAGE_BYTES_MAX, NO_BYTES } from '@comptoir/protocol';
import { SALE_KEY_BYTES } from '@comptoir/protocol/wallet';
import {
  type Acquirer,
  keyFrom,
  type Money,
  money,
  type PaymentId,
  paymentIdOf,
  type RefundOrder,
} from '@comptoir/sdk';
import { requestBody } from './requestBody.js';

const STATUS_OF_BODY = { 'too long': 413, 'broken off': 400 } as const;

/** @param route what `Access.allowed` gave; another than the host's is 404 */
export async function answerAcquirerRequest(
  acquirer: Required<Acquirer>,
  route: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (route === '/acquirer/authorise' && request.method === 'POST') {
      const key = keyOf(request.headers['comptoir-key']);
      const body = await requestBody(request, MESSAGE_BYTES_MAX);
      if (typeof body === 'string') return end(response, STATUS_OF_BODY[body]);
      if (key === undefined) return end(response, 400);
      return end(response, 200, await acquirer.authorise(body, key));
    }
    const asked = new URL(request.url ?? '', 'http://127.0.0.1').searchParams;
    if (route === '/acquirer/status' && request.method === 'GET') {
      const key = keyOf(asked.get('key') ?? undefined);
      if (key === undefined) return end(response, 400);
      const known = await acquirer.status(key);
      return known === null ? end(response, 204) : end(response, 200, known);
    }
    if (route === '/acquirer/nonce' && request.method === 'POST') return end(response, 200, await acquirer.nonce());
    if (route === '/acquirer/settle' && request.method === 'POST') {
      const key = keyOf(asked.get('key') ?? undefined);
      const sale = asked.get('sale');
      const planId = sale === null ? undefined : fromHex(sale);
      const said = asked.get('end');
      if (key === undefined || (sale !== null && planId?.length !== SALE_KEY_BYTES)) return end(response, 400);
      if (said !== 'stands' && said !== 'void') return end(response, 400);
      const settled = await acquirer.settle(key, planId, said);
      const isStanding = settled.end === 'stands' ? 1 : 0;
      return end(response, 200, concatBytes(Uint8Array.of(isStanding), settled.accountToken ?? NO_BYTES));
    }
    if (route === '/acquirer/sale' && request.method === 'GET') {
      const key = keyOf(asked.get('key') ?? undefined);
      if (key === undefined) return end(response, 400);
      const sale = await acquirer.sale(key);
      return sale === null ? end(response, 204) : endJson(response, sale);
    }
    if (route === '/acquirer/refund' && request.method === 'POST') {
      const body = await requestBody(request, MESSAGE_BYTES_MAX);
      if (typeof body === 'string') return end(response, STATUS_OF_BODY[body]);
      const order = orderIn(body);
      if (order === undefined || order.key !== request.headers['comptoir-key']) return end(response, 400);
      return endJson(response, await acquirer.refund(order));
    }
    end(response, 404);
  } catch {
    // What went wrong inside is nobody's business outside; the caller knows only that nobody knows.
    end(response, 502);
  }
}

function end(response: ServerResponse, status: number, body?: Uint8Array, type = 'application/octet-stream'): void {
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
}

function endJson(response: ServerResponse, value: object): void {
  end(response, 200, Buffer.from(JSON.stringify(value)), 'application/json');
}

/** @returns undefined for what is no order */
function orderIn(body: Uint8Array): RefundOrder | undefined {
  try {
    const { of, key, tender, amount, whole }: RefundOrder = JSON.parse(Buffer.from(body).toString());
    const isTender = Number.isSafeInteger(tender) && tender >= 0;
    const order = { of: idFrom(of), key: idFrom(key), tender, amount: moneyIn(amount), whole: moneyIn(whole) };
    return isTender ? order : undefined;
  } catch {
    return undefined;
  }
}

function moneyIn({ minor, currency }: Money): Money {
  return money(minor, currency);
}

function keyOf(text: string | readonly string[] | undefined): PaymentId | undefined {
  try {
    return typeof text === 'string' ? idFrom(text) : undefined;
  } catch {
    return undefined;
  }
}

/** A whole key has a secret, and no host is told one: the till is wrong, and hears so. @throws Error */
function idFrom(text: string): PaymentId {
  const key = keyFrom(text);
  if (paymentIdOf(key) !== key) throw new Error('a host gets the id of a key');
  return key;
}
