/**
 * A till to which something happens at a step of its choosing: each thing that it does outside itself (a write of its journal, a
 * question to the host, a frame to the reader) is two steps, before and after it. By default its process ends: it does nothing and hears
 * nothing any more.
 */
import type { Acquirer, Connection, Store, Transport } from '@comptoir/sdk';

export interface Fragile {
  readonly transport: Transport;
  readonly acquirer: Required<Acquirer>;
  readonly store: Store;
  /** Steps count from here on. */
  arm(): void;
  /** What was being done when it ended. */
  endedAt(): string;
  /** Resolves when it ends. */
  readonly ended: Promise<void>;
  /** A request that had left, and comes to the host only now. */
  late(): Promise<void>;
}

const FIRST_REPORT = 0x80;

export interface Mishap {
  /** The step at which it happens; 0: never. */
  readonly at: number;
  /** What happens instead of the end of the process. `unplug` loses the link. */
  readonly instead?: (unplug: () => void) => void;
  /** A question to the host that was cut off had left. */
  readonly isLate?: boolean;
  /** Steps count from `arm` on. */
  readonly isArmedLater?: true;
}

export function createFragile(
  parts: { readonly transport: Transport; readonly acquirer: Required<Acquirer>; readonly store: Store },
  { at, instead, isLate = false, isArmedLater }: Mishap,
): Fragile {
  let step = 0;
  let isArmed = isArmedLater === undefined;
  let endedAt = '';
  let tellEnd: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    tellEnd = resolve;
  });
  const connections: Connection[] = [];
  const unplug = (): void => {
    for (const connection of connections) void connection.close();
  };
  let inFlight: (() => Promise<unknown>) | undefined;

  const isOver = (): boolean => endedAt !== '' && instead === undefined;
  const pass = (name: string): boolean => {
    if (isOver()) return false;
    if (!isArmed) return true;
    step += 1;
    if (step !== at) return true;
    endedAt = name;
    if (instead === undefined) unplug();
    else instead(unplug);
    tellEnd();
    return instead !== undefined;
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
  const { transport, acquirer, store } = parts;
  return {
    arm() {
      isArmed = true;
    },
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
    acquirer: {
      authorise: (request, key, options) => act('authorise', () => acquirer.authorise(request, key, options)),
      status: (key, options) => act('status', () => acquirer.status(key, options)),
      nonce: (options) => act('nonce', () => acquirer.nonce(options)),
      settle: (key, planId, end, options) => act('settle', () => acquirer.settle(key, planId, end, options)),
      sale: (key, options) => act('sale', () => acquirer.sale(key, options)),
      refund: (order, options) => act('refund', () => acquirer.refund(order, options)),
    },
    store: {
      get: (name) => act('get', () => store.get(name)),
      put: (name, value) => act('put', () => store.put(name, value)),
      del: (name) => act('del', () => store.del(name)),
      keys: (prefix) => store.keys(prefix),
    },
  };
}
