/**
 * What the page knows of the server: told over its WebSocket, and asked anew when the connection was lost.
 * Floor: simulator page.
 */
import { useEffect, useState } from 'preact/hooks';
import type { LiveMessage, LogEntry, ReaderNow, SimulatorClient } from '../src/serve/client/simulatorClient.js';

interface Live {
  /** Undefined until the server has told. */
  readonly readers: readonly ReaderNow[] | undefined;
  readonly logs: Readonly<Record<string, readonly LogEntry[]>>;
  readonly isConnected: boolean;
  /** When the latest of this was told, by the clock of the page. */
  readonly toldAtMs: number;
}

/** Of each reader: what is older is forgotten here. */
const ENTRIES_MAX = 2_000;
const AGAIN_MS = 1_000;
const NOTHING: Live = { readers: undefined, logs: {}, isConnected: false, toldAtMs: 0 };

export function useLive(client: SimulatorClient): Live {
  const [live, setLive] = useState(NOTHING);
  useEffect(() => {
    let again: ReturnType<typeof setTimeout> | undefined;
    let stop = open();
    function open(): () => void {
      let isFirst = true;
      return client.watch(
        (message) => {
          const anew = isFirst;
          isFirst = false;
          setLive((before) => after(anew ? { ...NOTHING, isConnected: true } : before, message));
        },
        () => {
          setLive((before) => ({ ...before, isConnected: false }));
          again = setTimeout(() => {
            stop = open();
          }, AGAIN_MS);
        },
      );
    }
    return () => {
      clearTimeout(again);
      stop();
    };
  }, [client]);
  return live;
}

function after(before: Live, message: LiveMessage): Live {
  if (message.kind === 'readers') {
    const ids = new Set(message.readers.map(({ id }) => id));
    const logs = Object.fromEntries(Object.entries(before.logs).filter(([id]) => ids.has(id)));
    return { ...before, logs, readers: message.readers, toldAtMs: performance.now() };
  }
  const { id, entries } = message;
  const log = [...(before.logs[id] ?? []), ...entries].slice(-ENTRIES_MAX);
  return { ...before, logs: { ...before.logs, [id]: log } };
}
