/**
 * What left the reader about the card, and how a till of one's own gets at it.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ReaderNow, SimulatorClient } from '../../src/serve/client/simulatorClient.js';
import type { Attempt } from '../attempt.js';

interface LeftPanelProps {
  readonly client: SimulatorClient;
  readonly attempt: Attempt;
  readonly reader: ReaderNow;
  /** Ends the reader. */
  readonly end: () => void;
}

/** What `authorise` and `result` are made of, by what it is good for. */
const SEALED: readonly string[] = ['envelope', 'ksn', 'assertion'];

export function LeftPanel({ client, attempt, reader, end }: LeftPanelProps): JSX.Element {
  const { id, url, acquirerUrl } = reader;
  const [left, setLeft] = useState<readonly { readonly name: string; readonly value: string }[]>([]);
  useEffect(() => {
    void attempt(async () => setLeft(await client.ask('get', '/readers/{id}/left', { id })));
  }, [client, attempt, id]);
  return (
    <div class="left">
      <h3>Of the last payment</h3>
      {left.length === 0 ? (
        <p class="hint">Nothing yet. Charge something, and tap a card.</p>
      ) : (
        <dl>
          {left.map(({ name, value }) => (
            <div key={name}>
              <dt>
                {name} {SEALED.includes(name) && <small>sealed for the acquirer</small>}
              </dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <p class="hint">
        No card number is in there, in any form. Tills of other processes seal their link: of theirs, this is what their
        acquirer is asked.
      </p>
      <h3>For your own till</h3>
      <Address title="Reader" text={url} />
      <Address title="Acquirer" text={acquirerUrl} />
      <button type="button" class="danger" onClick={end}>
        End this reader
      </button>
    </div>
  );
}

function Address({ title, text }: { readonly title: string; readonly text: string }): JSX.Element {
  return (
    <label class="address">
      {title}
      <input readOnly value={text} onFocus={({ currentTarget }) => currentTarget.select()} />
    </label>
  );
}
