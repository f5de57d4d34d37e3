/**
 * The calls of the till to its shop, typed by the shop's own table, and whether the shop can be reached.
 * Source: docs/reference/shop.md.   Floor: till; of the shop it imports types only.
 */
import { type Signal, signal } from '@preact/signals';
import type { ApiFault, TillApi } from '../../../shop/src/api.js';
import { settings } from '../settings/settings.js';

/** False from the first call that didn't arrive until the next one that did. */
export const isOnline: Signal<boolean> = signal(navigator.onLine);

addEventListener('offline', () => {
  isOnline.value = false;
});

type Path<Method extends string> = keyof TillApi extends infer Key
  ? Key extends `${Method} ${infer Rest}`
    ? Rest
    : never
  : never;

/** The shop said no. */
export class ShopRefusal extends Error {
  override readonly name = 'ShopRefusal';
  readonly fault: ApiFault['error'];
  constructor(fault: ApiFault['error']) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Nobody knows whether the call arrived: the same key again tells. */
export class ShopUnreachable extends Error {
  override readonly name = 'ShopUnreachable';
}

const TIMEOUT_MS = 8_000;

export function get<P extends Path<'GET'>>(
  path: P,
  names: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string>> = {},
): Promise<TillApi[`GET ${P}`]['answer']> {
  const asked = new URLSearchParams(query).toString();
  return call('GET', filled(path, names) + (asked && `?${asked}`));
}

/** @param key idempotency key: the same call again has the same */
export function post<P extends Path<'POST'>>(
  path: P,
  body: TillApi[`POST ${P}`]['request'],
  key: string,
  names: Readonly<Record<string, string>> = {},
): Promise<TillApi[`POST ${P}`]['answer']> {
  return call('POST', filled(path, names), body, key);
}

function filled(path: string, names: Readonly<Record<string, string>>): string {
  return path.replace(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));
}

async function call<T>(method: string, path: string, body?: object, key?: string): Promise<T> {
  const { shopUrl, tillKey } = settings.value;
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${shopUrl}/api/till${path}`, {
      method,
      headers: {
        ...(tillKey !== '' && { authorization: `Bearer ${tillKey}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      credentials: 'omit',
      cache: 'no-store',
    });
    answer = response.status === 204 ? {} : await response.json();
  } catch (cause) {
    isOnline.value = false;
    throw new ShopUnreachable('The shop cannot be reached.', { cause });
  }
  isOnline.value = response.status !== 503;
  if (response.ok) return answer as T;
  const fault = (answer as ApiFault | undefined)?.error;
  if (fault === undefined || response.status >= 500) throw new ShopUnreachable('The shop gave no answer.');
  throw new ShopRefusal(fault);
}
