/** Which reader a till has, when its settings change while one is being connected. */

import './page.js';

import { expect, test, vi } from 'vitest';
import { connectedReader, connection, keepConnected } from '../src/reader/readerConnection.js';
import { set } from '../src/settings/settings.js';

const sockets: Socket[] = [];
/** A server that takes its time. */
class Socket extends EventTarget {
  binaryType = '';
  readonly readyState = 0;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = String(url);
    sockets.push(this);
  }
  send(): void {}
  close(): void {}
}

test('another reader is asked for at once, and what becomes of the one before is nothing to this till', async () => {
  Object.assign(globalThis, { WebSocket: Socket });
  const asked = async (addresses: readonly string[]): Promise<void> => {
    await vi.waitFor(() => expect(sockets.map(({ url }) => url)).toEqual(addresses));
    // Whoever made the socket listens to it by then.
    await new Promise((resolve) => setImmediate(resolve));
  };
  set({ reader: 'webSocket', readerUrl: 'ws://127.0.0.1:1/one' });
  keepConnected();
  const first = connectedReader().catch(() => 'over');
  await asked(['ws://127.0.0.1:1/one']);
  set({ readerUrl: 'ws://127.0.0.1:1/two' });
  const second = connectedReader().catch(() => 'over');
  await asked(['ws://127.0.0.1:1/one', 'ws://127.0.0.1:1/two']);
  const end = (socket: Socket | undefined): void => {
    for (const type of ['error', 'close']) socket?.dispatchEvent(new Event(type));
  };
  end(sockets[0]);
  expect(await first).toBe('over');
  expect(connection.value.state).toBe('connecting');
  end(sockets[1]);
  expect(await second).toBe('over');
  expect(connection.value.state).toBe('none');
});
