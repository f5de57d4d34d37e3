/**
 * A client of `comptoir-sim serve`, for browsers and Node: fetch, and types made from its OpenAPI file.
 * Source: docs/reference/simulator.openapi.json.   Floor: simulator serve client; imports nothing.
 */
import type { components, paths } from './api.gen.js';

export type Schemas = components['schemas'];
/** How a reader is now. */
export type ReaderNow = Schemas['Reader'];
export type CardDescription = Schemas['Card'];
export type Fault = Schemas['Fault'];
export type LogEntry = Schemas['LogEntry'];
export type Opened = Schemas['Opened'];
export type TillResult = Schemas['TillResult'];
/** What the WebSocket `/live` tells, in JSON each. */
export type LiveMessage = Schemas['LiveMessage'];

type Method = 'get' | 'post' | 'delete';
type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { readonly [K in M]: { readonly responses: object } } ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends keyof paths> = M extends keyof paths[P] ? paths[P][M] : never;
type Body<O> = O extends { readonly requestBody?: { readonly content: { readonly 'application/json': infer B } } }
  ? B
  : undefined;
type Answer<O> = O extends {
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': infer A } } };
}
  ? A
  : undefined;

/** What stands for the names in braces. */
export interface At {
  readonly id?: string;
  readonly number?: number;
}

/** The server refused: 400 a wrong body, 404 nothing there, 409 not now. The message says why. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface SimulatorClient {
  /**
   * @param path as the OpenAPI file has it, such as `/readers/{id}/tap`
   * @returns the answer's JSON; undefined where there is none
   * @throws SimulatorError, and TypeError of `fetch` when the server isn't there
   */
  ask<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    at?: At,
    body?: Body<Operation<M, P>>,
  ): Promise<Answer<Operation<M, P>>>;
  /**
   * Watches all readers; needs a global `WebSocket`, which Node has from version 22 on.
   * @param told   gets each message
   * @param closed called once when the server is gone
   * @returns a function that ends it
   */
  watch(told: (message: LiveMessage) => void, closed?: () => void): () => void;
}

/** As much as is used of the one of browsers, of Node 22, and of `ws`. */
interface Socket {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  close(): void;
}

/** @param url with the token, as the ready file has it */
export function simulatorClient(url: string): SimulatorClient {
  const base = url.replace(/\/$/, '');
  return {
    async ask(method, path, at = {}, body) {
      const filled = path.replace('{id}', encodeURIComponent(at.id ?? '')).replace('{number}', `${at.number ?? ''}`);
      const response = await fetch(`${base}${filled}`, {
        method: method.toUpperCase(),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const value = text === '' ? undefined : JSON.parse(text);
      if (!response.ok) throw new SimulatorError(response.status, value?.error ?? response.statusText);
      return value;
    },
    watch(told, closed) {
      const Sockets = (globalThis as unknown as { readonly WebSocket?: new (url: string) => Socket }).WebSocket;
      if (Sockets === undefined) throw new Error('There is no WebSocket here: Node has one from version 22 on.');
      let isOver = false;
      const socket = new Sockets(`${base.replace(/^http/, 'ws')}/live`);
      socket.addEventListener('message', ({ data }) => told(JSON.parse(String(data)) as LiveMessage));
      socket.addEventListener('close', () => {
        if (!isOver) closed?.();
      });
      return () => {
        isOver = true;
        socket.close();
      };
    },
  };
}
