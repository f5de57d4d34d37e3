/** Calls between two programs over any wire for texts, both ways, in order. */

/** What the other side may call. */
export type Callable = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface FarCalls {
  /** Rejects with the other side's error, its fields included; and when the wire ends. */
  call(name: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Takes what the other side sent. */
  receive(text: string): void;
  /** The wire has ended. */
  end(): void;
}

interface Told {
  readonly message: string;
  readonly [field: string]: unknown;
}

type Sent =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: never[] }
  | { readonly kind: 'value'; readonly id: number; readonly value?: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: Told };

export function farCalls(send: (text: string) => void, own: Callable): FarCalls {
  const waiting = new Map<number, (answer: { readonly value?: unknown; readonly fault?: Error }) => void>();
  let last = 0;
  let isOver = false;
  const tell = (sent: Sent): void => send(JSON.stringify(sent));
  async function answer(id: number, name: string, args: never[]): Promise<void> {
    try {
      const work = own[name];
      if (work === undefined) throw new Error(`there is nothing called ${name}`);
      tell({ kind: 'value', id, value: await work(...args) });
    } catch (fault) {
      const { message, stack } = fault as Error;
      tell({ kind: 'fault', id, fault: { ...(fault as object), message, stack } });
    }
  }
  function settle(id: number, answered: { readonly value?: unknown; readonly fault?: Error }): void {
    waiting.get(id)?.(answered);
    waiting.delete(id);
  }
  return {
    async call(name, ...args) {
      if (isOver) throw gone();
      last += 1;
      const id = last;
      const answered = new Promise((resolve, reject) => {
        waiting.set(id, ({ value, fault }) => (fault === undefined ? resolve(value) : reject(fault)));
      });
      tell({ kind: 'call', id, name, args: args as never[] });
      return answered;
    },
    receive(text) {
      const sent = JSON.parse(text) as Sent;
      if (sent.kind === 'call') void answer(sent.id, sent.name, sent.args);
      else if (sent.kind === 'value') settle(sent.id, { value: sent.value });
      else settle(sent.id, { fault: Object.assign(new Error(sent.fault.message), sent.fault) });
    },
    end() {
      isOver = true;
      for (const id of [...waiting.keys()]) settle(id, { fault: gone() });
    },
  };
}

function gone(): Error {
  return new Error('the other side is gone');
}
