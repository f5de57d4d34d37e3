/**
 * A page of the till that ends at a step of its choosing: each write to its disk and each question to its acquirer or its shop is two steps, before and
 * after it. From then on it does nothing and hears nothing. What is on the disk stays, and what had left arrives.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Acquirer, Transport } from '@comptoir/sdk';
import { answerAcquirerRequest } from '../../../simulator/src/wires/acquirerRoutes.js';

export interface Fate {
  /** Steps count from now on. */
  arm(): void;
  /** Step at which the page ends, from 1; 0: never. */
  readonly at: number;
  /** What was being done then; empty while the page lives. */
  endedAt: string;
  readonly ended: Promise<void>;
  /** Does it, if the page still lives, and answers, if it lives after that. */
  act<T>(name: string, work: () => T | Promise<T>): Promise<T>;
  /** What was about to be done had left, and arrives only now. */
  late(): Promise<void>;
}

export function fateOf(at: number): Fate {
  let step = 0;
  let isArmed = false;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const lives = (name: string): boolean => {
    if (fate.endedAt !== '') return false;
    if (!isArmed) return true;
    step += 1;
    if (step === at) {
      fate.endedAt = name;
      end();
    }
    return fate.endedAt === '';
  };
  const never = <T>(): Promise<T> => new Promise(() => {});
  let left: () => unknown = () => {};
  const fate: Fate = {
    at,
    endedAt: '',
    ended,
    arm() {
      isArmed = true;
    },
    async act(name, work) {
      const lived = fate.endedAt === '';
      if (!lives(`before ${name}`)) {
        if (lived) left = work;
        return never();
      }
      const result = await work();
      return lives(`after ${name}`) ? result : never();
    },
    async late() {
      await left();
    },
  };
  return fate;
}

/** What a page sends after its end arrives nowhere, and it hears nothing. */
export function transportOf(transport: Transport, fate: Fate): Transport {
  return {
    request: (options) => transport.request(options),
    async open(device, handlers, options) {
      const connection = await transport.open(
        device,
        {
          report: (report) => (fate.endedAt === '' ? handlers.report(report) : undefined),
          closed: () => (fate.endedAt === '' ? handlers.closed() : undefined),
        },
        options,
      );
      void fate.ended.then(() => connection.close());
      return {
        send: (report) => (fate.endedAt === '' ? connection.send(report) : new Promise<void>(() => {})),
        close: () => connection.close(),
      };
    },
  };
}

/** The test acquirer as `fetch` finds it, without a network. */
export async function acquirerFetch(acquirer: Required<Acquirer>, url: URL, init: RequestInit): Promise<Response> {
  const { method = 'GET', headers, body } = init;
  const bytes = typeof body === 'string' ? Buffer.from(body) : ((body ?? new Uint8Array(0)) as Uint8Array);
  const request = Object.assign(Readable.from([bytes]), { method, url: url.pathname + url.search, headers });
  return new Promise((resolve) => {
    let status = 200;
    let type: string | undefined;
    const response = {
      writeHead(code: number, given: Readonly<Record<string, string>> = {}) {
        [status, type] = [code, given['content-type']];
        return response;
      },
      end(answer?: Uint8Array) {
        resolve(
          new Response(status === 204 ? null : Uint8Array.from(answer ?? []), {
            status,
            ...(type !== undefined && { headers: { 'content-type': type } }),
          }),
        );
      },
    };
    void answerAcquirerRequest(
      acquirer,
      url.pathname,
      request as unknown as IncomingMessage,
      response as unknown as ServerResponse,
    );
  });
}
