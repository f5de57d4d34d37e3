/**
 * What happened: who told whom what, in order. Filtered by who did it and by words; an entry opens.
 * Floor: simulator page.
 */
import type { JSX, RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogEntry, SimulatorClient } from '../src/serve/client/simulatorClient.js';
import { Lanes } from './lanes.js';
import { OpenedView } from './opened.js';
import { seconds } from './words.js';

interface TimelineProps {
  readonly client: SimulatorClient;
  readonly id: string;
  readonly log: readonly LogEntry[];
  readonly find: RefObject<HTMLInputElement>;
}

type Who = LogEntry['who'];

const WHO: readonly (readonly [who: Who, title: string])[] = [
  ['host', 'Till'],
  ['reader', 'Reader'],
  ['card', 'Card'],
  ['customer', 'Customer'],
  ['sale', 'Sale'],
  ['fault', 'Fault'],
];
const KEEPALIVE = 'KEEPALIVE';
const ROWS_MAX = 400;
/** As near to the end is at the end, in pixels. */
const NEAR = 60;
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

export function Timeline({ client, id, log, find }: TimelineProps): JSX.Element {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set([KEEPALIVE]));
  const [words, setWords] = useState('');
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [since, setSince] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);

  const seen = useMemo(() => {
    const sought = words.toLowerCase();
    return log.filter(({ number, who, text }) => {
      if (number < since || hidden.has(who)) return false;
      if (hidden.has(KEEPALIVE) && text.startsWith(KEEPALIVE)) return false;
      return text.toLowerCase().includes(sought);
    });
  }, [log, hidden, words, since]);
  const rows = seen.slice(-ROWS_MAX);
  useEffect(() => {
    if (isAtEnd.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [rows.at(-1)?.number]);

  const scrolled = ({ currentTarget }: { readonly currentTarget: HTMLElement }): void => {
    const { scrollHeight, scrollTop, clientHeight } = currentTarget;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
  };
  const moved = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined || !(event.target instanceof HTMLElement)) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('.row') ?? [])];
    buttons[buttons.indexOf(event.target) + step]?.focus();
  };

  return (
    <section class="panel timeline" aria-label="What happened">
      <header>
        <h2>What happened</h2>
        <input
          ref={find}
          type="search"
          placeholder="Search"
          aria-label="Search what happened"
          aria-keyshortcuts="/"
          value={words}
          onInput={({ currentTarget: { value } }) => setWords(value)}
        />
        <button type="button" class="quiet" onClick={() => setSince((log.at(-1)?.number ?? -1) + 1)}>
          Clear
        </button>
      </header>
      <fieldset class="filters" aria-label="Show">
        {[...WHO, [KEEPALIVE, 'Keepalives'] as const].map(([who, title]) => (
          <button
            type="button"
            key={who}
            class={`filter ${who}`}
            aria-pressed={!hidden.has(who)}
            onClick={() => setHidden(toggled(hidden, who))}
          >
            {title}
          </button>
        ))}
      </fieldset>
      <div class="lane-names" aria-hidden="true">
        <span>till</span>
        <span>reader</span>
        <span>card</span>
      </div>
      <ol ref={list} class="rows" aria-label="Entries, the latest last" onScroll={scrolled} onKeyDown={moved}>
        {seen.length > rows.length && <li class="hint">{seen.length - rows.length} earlier ones are not shown.</li>}
        {rows.map((entry, at) => (
          <Row
            key={entry.number}
            client={client}
            id={id}
            entry={entry}
            isLast={at === rows.length - 1}
            isOpen={opened.has(entry.number)}
            toggle={() => setOpened(toggled(opened, entry.number))}
          />
        ))}
        {rows.length === 0 && <li class="hint">Nothing here. Charge something, or tap a card.</li>}
      </ol>
    </section>
  );
}

interface RowProps {
  readonly client: SimulatorClient;
  readonly id: string;
  readonly entry: LogEntry;
  readonly isLast: boolean;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

/** Tab comes to the latest entry only: there are hundreds. */
function Row({ client, id, entry, isLast, isOpen, toggle }: RowProps): JSX.Element {
  const { who, text, atMs, number } = entry;
  const [name = '', status] = who === 'card' ? text.split(' · ') : [text];
  const content = (
    <>
      <time>{seconds(atMs)}</time>
      <Lanes entry={entry} />
      <span class="text">
        <span class="hidden-text">{WHO.find(([one]) => one === who)?.[1]}: </span>
        {name.replace(/^shows .*/, (shows) => shows.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))}
      </span>
      {status !== undefined && <span class={status === '9000' ? 'status well' : 'status'}>{status}</span>}
    </>
  );
  return (
    <li class={`entry ${who}`}>
      {entry.holds === undefined ? (
        <div class="row" tabIndex={isLast ? 0 : -1}>
          {content}
        </div>
      ) : (
        <button type="button" class="row" tabIndex={isLast ? 0 : -1} aria-expanded={isOpen} onClick={toggle}>
          {content}
        </button>
      )}
      {isOpen && <OpenedView client={client} id={id} number={number} />}
    </li>
  );
}

function toggled<T>(all: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}
