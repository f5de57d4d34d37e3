/**
 * A till whose process ends at a step of its choosing: each thing it does outside itself (a write of its journal, a question to the
 * host, a frame to the reader) is two steps, before and after it. What ended does nothing and hears nothing any more.
 */
import type { CheckoutHost, Connection, Store, Transport } from '@comptoir/sdk';

export interface Fragile {
  readonly transport: Transport;
  readonly host: CheckoutHost;
  readonly store: Store;
  /** Steps so far. */
  steps(): number;
  /** What was being done when it ended. */
  endedAt(): string;
  /** Resolves when it ends. */
  readonly ended: Promise<void>;
  /** A request that had left, and comes to the host only now. */
  late(): Promise<void>;
}

const FIRST_REPORT = 0x80;

/** @param cutAt the step before which it ends; 0: never @param isLate a question to the host that was cut off had left */
export function createFragile(
  parts: { readonly transport: Transport; readonly host: CheckoutHost; readonly store: Store },
  cutAt: number,
  isLate = false,
): Fragile {
  let step = 0;
  let endedAt = '';
  let tellEnd: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    tellEnd = resolve;
  });
  const connections: Connection[] = [];
  let inFlight: (() => Promise<unknown>) | undefined;

  const isOver = (): boolean => endedAt !== '';
  const pass = (name: string): boolean => {
    if (isOver()) return false;
    step += 1;
    if (step !== cutAt) return true;
    endedAt = name;
    for (const connection of connections) void connection.close();
    tellEnd();
    return false;
  };
  const never = (): Promise<never> => new Promise(() => {});
  const act = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (!pass(`before ${name}`)) {
      if (isLate && endedAt === `before ${name}` && name === 'authorise') inFlight = work;
      return never();
    }
    const result = await work();
    return pass(`after ${name}`) ? result : never();
  };
  const { transport, host, store } = parts;
  return {
    steps: () => step,
    endedAt: () => endedAt,
    ended,
    async late() {
      const work = inFlight;
      inFlight = undefined;
      await work?.();
    },
    transport: {
      request: (options) => transport.request(options),
      async open(device, handlers, options) {
        const connection = await transport.open(
          device,
          {
            report: (report) => {
              if (!isOver()) handlers.report(report);
            },
            closed: () => {
              if (!isOver()) handlers.closed();
            },
          },
          options,
        );
        connections.push(connection);
        return {
          async send(report) {
            const isFirst = ((report[4] ?? 0) & FIRST_REPORT) !== 0;
            if (isFirst && !pass('before a frame')) return never();
            if (isOver()) return never();
            await connection.send(report);
            return undefined;
          },
          close: () => connection.close(),
        };
      },
    },
    host: {
      authorise: (request, key, options) => act('authorise', () => host.authorise(request, key, options)),
      status: (key, options) => act('status', () => host.status(key, options)),
      nonce: (options) => act('nonce', () => host.nonce(options)),
      settle: (key, saleKey, end, options) => act('settle', () => host.settle(key, saleKey, end, options)),
    },
    store: {
      get: (name) => act('get', () => store.get(name)),
      put: (name, value) => act('put', () => store.put(name, value)),
      del: (name) => act('del', () => store.del(name)),
      keys: (prefix) => store.keys(prefix),
    },
  };
}
