/**
 * Which readers there are, and what goes for all of them.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ReaderNow, SimulatorClient } from '../src/serve/client/simulatorClient.js';
import type { Attempt } from './attempt.js';
import { NewReader } from './panels/newReader.js';
import { shownBy } from './words.js';

interface TopBarProps {
  readonly client: SimulatorClient;
  readonly attempt: Attempt;
  readonly isConnected: boolean;
  readonly readers: readonly ReaderNow[];
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

export function TopBar({ client, attempt, isConnected, readers, chosen, choose }: TopBarProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <header class="top">
      <h1>
        <span class="mark" aria-hidden="true" />
        Comptoir <small>simulator</small>
      </h1>
      <nav aria-label="Readers">
        {readers.map((reader, at) => (
          <button
            type="button"
            key={reader.id}
            class="reader-tab"
            aria-current={reader.id === chosen ? 'true' : undefined}
            data-key={at < 9 ? `${at + 1}` : undefined}
            onClick={() => choose(reader.id)}
          >
            <span class={reader.isPowered ? 'dot on' : 'dot'} aria-hidden="true" />
            <span class="hidden-text">Reader {reader.id}, </span>
            {reader.serial} <small>{shownBy(reader).title || 'no power'}</small>
          </button>
        ))}
        {readers.length > 0 && (
          <button type="button" class="quiet" onClick={() => dialog.current?.showModal()}>
            + New reader
          </button>
        )}
      </nav>
      <p class="connection" role="status">
        <span class={isConnected ? 'dot on' : 'dot lost'} aria-hidden="true" />
        {isConnected ? 'live' : 'not connected'}
      </p>
      <ThemeButton />
      <dialog ref={dialog} aria-labelledby="new-reader">
        <h2 id="new-reader">New reader</h2>
        <NewReader
          client={client}
          attempt={attempt}
          made={(id) => {
            dialog.current?.close();
            choose(id);
          }}
        />
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </header>
  );
}

const THEMES = ['light dark', 'light', 'dark'] as const;
const THEME_NAMES = { 'light dark': 'as the system', light: 'light', dark: 'dark' } as const;

function ThemeButton(): JSX.Element {
  const [at, setAt] = useState(0);
  const theme = THEMES[at % THEMES.length] ?? 'light dark';
  const next = (): void => {
    const chosen = THEMES[(at + 1) % THEMES.length] ?? 'light dark';
    document.documentElement.style.setProperty('color-scheme', chosen);
    setAt(at + 1);
  };
  return (
    <button type="button" class="quiet" onClick={next} aria-label={`Colours: ${THEME_NAMES[theme]}`}>
      <span aria-hidden="true">{theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}</span>
    </button>
  );
}
