/**
 * The whole page: the readers of the server, and one of them at large.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { type CardDescription, type SimulatorClient, SimulatorError } from '../src/serve/client/simulatorClient.js';
import type { Attempt } from './attempt.js';
import { Drawing } from './device.js';
import { useLive } from './live.js';
import { NewReader } from './panels/newReader.js';
import { ReaderPage } from './readerPage.js';
import { TopBar } from './topBar.js';

export function App({ client }: { readonly client: SimulatorClient }): JSX.Element {
  const live = useLive(client);
  const [cards, setCards] = useState<readonly CardDescription[]>([]);
  const [chosen, setChosen] = useState<string>();
  const [trouble, setTrouble] = useState('');
  const attempt = useCallback<Attempt>(async (what) => {
    try {
      await what();
      setTrouble('');
    } catch (thrown) {
      setTrouble(thrown instanceof SimulatorError ? thrown.message : 'The server does not answer.');
    }
  }, []);
  useEffect(() => {
    void attempt(async () => setCards(await client.ask('get', '/cards')));
  }, [client, attempt]);

  const { readers } = live;
  const reader = readers?.find(({ id }) => id === chosen) ?? readers?.at(-1);
  return (
    <>
      <TopBar
        client={client}
        attempt={attempt}
        isConnected={live.isConnected}
        readers={readers ?? []}
        chosen={reader?.id}
        choose={setChosen}
      />
      <p class={trouble === '' ? 'trouble none' : 'trouble'} role="alert">
        {trouble}
      </p>
      {reader !== undefined && (
        <ReaderPage
          key={reader.id}
          client={client}
          attempt={attempt}
          reader={reader}
          toldAtMs={live.toldAtMs}
          log={live.logs[reader.id] ?? []}
          cards={cards}
        />
      )}
      {readers?.length === 0 && (
        <main class="empty">
          <Drawing reader={{ isPowered: false, prompt: 0, fieldCards: [], slotCards: [] }} cards={[]} />
          <h2>No reader yet</h2>
          <p>A reader here is the firmware that a real one runs, with cards, a cable and an acquirer around it.</p>
          <NewReader client={client} attempt={attempt} made={setChosen} />
        </main>
      )}
      {readers === undefined && <main class="empty">Asking the server…</main>}
    </>
  );
}
