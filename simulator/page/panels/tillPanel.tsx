/**
 * A till of the server's own, for whoever has none: it charges and asks what became of it.
 * Floor: simulator page.
 */
import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { SimulatorClient, TillResult } from '../../src/serve/client/simulatorClient.js';
import type { Attempt } from '../attempt.js';

interface TillPanelProps {
  readonly form: RefObject<HTMLFormElement>;
  readonly client: SimulatorClient;
  readonly attempt: Attempt;
  readonly id: string;
  /** A payment has ended, or was asked for. */
  readonly ended: () => void;
}

const CENTS = 100;
const CHARGED = { no: 'Nothing was charged.', maybe: 'It may have been charged.', yes: 'It was charged.' } as const;

export function TillPanel({ form, client, attempt, id, ended }: TillPanelProps): JSX.Element {
  const [amount, setAmount] = useState('12.50');
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<TillResult>();
  const minor = Math.round(Number(amount) * CENTS);
  const asked = async (question: () => Promise<TillResult>): Promise<void> => {
    setBusy(true);
    setResult(undefined);
    await attempt(async () => setResult(await question()));
    setBusy(false);
    ended();
  };
  const pay = (event: Event): void => {
    event.preventDefault();
    if (!isBusy) void asked(() => client.ask('post', '/readers/{id}/pay', { id }, { amount: minor, currency: 'EUR' }));
  };
  return (
    <form ref={form} class="panel till" aria-label="Till" onSubmit={pay}>
      <label class="amount">
        <span>Amount</span>
        <span class="euro">
          €
          <input
            type="number"
            min="0.01"
            max="99999999"
            step="0.01"
            required
            value={amount}
            onInput={({ currentTarget: { value } }) => setAmount(value)}
          />
        </span>
      </label>
      {isBusy ? (
        <button type="button" onClick={() => attempt(() => client.ask('delete', '/readers/{id}/pay', { id }))}>
          Cancel
        </button>
      ) : (
        <button type="submit" class="main" aria-keyshortcuts="c">
          Charge <kbd>c</kbd>
        </button>
      )}
      <div class="result" role="status">
        {isBusy && <p>Waiting for the customer…</p>}
        {result !== undefined && (
          <div class={`outcome ${result.status}`}>
            <strong>
              {result.status}
              {result.code === undefined ? '' : ` · ${result.code}`}
            </strong>
            <p>
              {result.text}
              {/[.!?]$/.test(result.text) ? ' ' : '. '}
              {result.charged !== undefined && CHARGED[result.charged]}
            </p>
          </div>
        )}
      </div>
      {result?.charged === 'maybe' && !isBusy && (
        <button type="button" onClick={() => asked(() => client.ask('post', '/readers/{id}/lookup', { id }))}>
          Look it up
        </button>
      )}
    </form>
  );
}
