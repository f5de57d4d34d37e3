/**
 * One reader at large: the device, its till, what happens, and what can be done to it; by mouse and by keys.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { CardDescription, LogEntry, ReaderNow, SimulatorClient } from '../src/serve/client/simulatorClient.js';
import type { Attempt } from './attempt.js';
import { CardTray } from './cardTray.js';
import { Device } from './device.js';
import { ClockPanel } from './panels/clockPanel.js';
import { FaultForm } from './panels/faultForm.js';
import { LeftPanel } from './panels/leftPanel.js';
import { TillPanel } from './panels/tillPanel.js';
import { Shortcuts } from './shortcuts.js';
import { Tabs } from './tabs.js';
import { Timeline } from './timeline.js';

interface ReaderPageProps {
  readonly client: SimulatorClient;
  readonly attempt: Attempt;
  readonly reader: ReaderNow;
  readonly toldAtMs: number;
  readonly log: readonly LogEntry[];
  readonly cards: readonly CardDescription[];
}

/** Long enough for a dynamic card to see it as one press. */
const PRESS_MS = 100;
const FIRST_CARD = 'visa-debit';
/** An address that ends with `#NAME` wants that card, and has it first. */
const wantedCard = (): string => location.hash.slice(1);

export function ReaderPage({ client, attempt, reader, toldAtMs, log, cards }: ReaderPageProps): JSX.Element {
  const { id, isPowered } = reader;
  const [wanted] = useState(wantedCard);
  const isWanted = ({ name }: CardDescription): boolean => name === wanted;
  const [card, setCard] = useState(wanted === '' ? FIRST_CARD : wanted);
  const [tab, setTab] = useState('cards');
  const [payments, setPayments] = useState(0);
  const till = useRef<HTMLFormElement>(null);
  const find = useRef<HTMLInputElement>(null);
  /** Another till's sale went on. */
  const told = log.filter(({ who }) => who === 'sale').length;
  const has = cards.find(({ name }) => name === card);

  const tap = (): Promise<void> => attempt(() => client.ask('post', '/readers/{id}/tap', { id }, { card }));
  const insert = (): Promise<void> => attempt(() => client.ask('post', '/readers/{id}/insert', { id }, { card }));
  const press = (): Promise<void> =>
    attempt(() => client.ask('post', '/readers/{id}/press', { id }, { ms: PRESS_MS, card }));
  const lift = (): Promise<void> => attempt(() => client.ask('post', '/readers/{id}/lift', { id }));
  const remove = (): Promise<void> => attempt(() => client.ask('post', '/readers/{id}/remove', { id }));
  const restart = (): Promise<void> => attempt(() => client.ask('post', '/readers/{id}/restart', { id }));
  const cable = (): Promise<void> =>
    isPowered ? attempt(() => client.ask('post', '/readers/{id}/unplug', { id }, {})) : restart();
  const end = (): Promise<void> => attempt(() => client.ask('delete', '/readers/{id}', { id }));

  return (
    <main class="reader-page">
      <div class="column">
        <Device reader={reader} cards={cards} />
        <fieldset class="actions" aria-label="The device">
          <button type="button" onClick={cable} aria-keyshortcuts="u">
            {isPowered ? 'Unplug' : 'Plug in'} <kbd>u</kbd>
          </button>
          <button type="button" onClick={restart} aria-keyshortcuts="p">
            Restart <kbd>p</kbd>
          </button>
          <button
            type="button"
            onClick={lift}
            disabled={!reader.isFieldTaken && !reader.isSlotTaken}
            aria-keyshortcuts="l"
          >
            Lift <kbd>l</kbd>
          </button>
          <button type="button" onClick={remove} disabled={!reader.isSlotTaken} aria-keyshortcuts="r">
            Eject <kbd>r</kbd>
          </button>
        </fieldset>
        <TillPanel form={till} client={client} attempt={attempt} id={id} ended={() => setPayments(payments + 1)} />
        <ClockPanel client={client} attempt={attempt} reader={reader} toldAtMs={toldAtMs} />
      </div>
      <Timeline client={client} id={id} log={log} find={find} />
      <div class="column">
        <Tabs
          label="What to do and see"
          chosen={tab}
          choose={setTab}
          tabs={[
            {
              name: 'cards',
              title: 'Cards',
              content: (
                <CardTray
                  cards={[...cards.filter(isWanted), ...cards.filter((one) => !isWanted(one))]}
                  chosen={card}
                  choose={setCard}
                  tap={tap}
                >
                  <button
                    type="button"
                    class="main"
                    onClick={tap}
                    disabled={!can(has, 'contactless')}
                    aria-keyshortcuts="t"
                  >
                    Tap <kbd>t</kbd>
                  </button>
                  <button type="button" onClick={insert} disabled={!can(has, 'contact')} aria-keyshortcuts="i">
                    Insert <kbd>i</kbd>
                  </button>
                  <button type="button" onClick={press} disabled={has?.hasButton !== true} aria-keyshortcuts="b">
                    Press <kbd>b</kbd>
                  </button>
                </CardTray>
              ),
            },
            {
              name: 'faults',
              title: 'Faults',
              content: <FaultForm client={client} attempt={attempt} id={id} cards={cards} />,
            },
            {
              name: 'left',
              title: 'What left',
              content: (
                <LeftPanel key={`${payments} ${told}`} client={client} attempt={attempt} reader={reader} end={end} />
              ),
            },
          ]}
        />
      </div>
      <Shortcuts
        keys={{
          t: { does: 'taps the chosen card', run: () => can(has, 'contactless') && tap() },
          i: { does: 'inserts the chosen card', run: () => can(has, 'contact') && insert() },
          l: { does: 'takes all cards away', run: lift },
          r: { does: 'takes the card out of the slot', run: remove },
          b: { does: "presses the dynamic card's button", run: () => has?.hasButton === true && press() },
          u: { does: 'pulls the cable, or plugs it in', run: cable },
          p: { does: 'switches the power off and on', run: restart },
          c: { does: 'charges the amount', run: () => till.current?.requestSubmit() },
          f: { does: 'goes to the faults', run: () => setTab('faults') },
          k: { does: 'goes to the cards', run: () => setTab('cards') },
          w: { does: 'goes to what left', run: () => setTab('left') },
          '/': { does: 'searches what happened', run: () => find.current?.focus() },
        }}
      />
    </main>
  );
}

function can(card: CardDescription | undefined, on: CardDescription['interfaces'][number]): boolean {
  return card?.interfaces.includes(on) === true;
}
