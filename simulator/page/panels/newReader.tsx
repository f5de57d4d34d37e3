/** Floor: simulator page. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SimulatorClient } from '../../src/serve/client/simulatorClient.js';
import type { Attempt } from '../attempt.js';

interface NewReaderProps {
  readonly client: SimulatorClient;
  readonly attempt: Attempt;
  /** @param id of the one that was made */
  readonly made: (id: string) => void;
}

const TARGETS = [
  ['quickjs', 'QuickJS, as WebAssembly'],
  ['node', 'Node, the quickest'],
  ['pico', 'The emulated Raspberry Pi Pico'],
] as const;

export function NewReader({ client, attempt, made }: NewReaderProps): JSX.Element {
  const [target, setTarget] = useState<(typeof TARGETS)[number][0]>('quickjs');
  const [clock, setClock] = useState<'real' | 'manual'>('real');
  const [seed, setSeed] = useState('1');
  const [isBusy, setBusy] = useState(false);
  const make = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await attempt(async () => {
      made((await client.ask('post', '/readers', {}, { target, clock, seed: Number(seed) })).id);
    });
    setBusy(false);
  };
  return (
    <form class="new-reader" onSubmit={make}>
      <label>
        Runs on
        <select value={target} onChange={({ currentTarget: { value } }) => setTarget(value as typeof target)}>
          {TARGETS.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        Clock
        <select value={clock} onChange={({ currentTarget: { value } }) => setClock(value as typeof clock)}>
          <option value="real">Real time</option>
          <option value="manual">By hand</option>
        </select>
      </label>
      <label>
        Seed
        <input type="number" min="0" required value={seed} onInput={({ currentTarget: { value } }) => setSeed(value)} />
      </label>
      <button type="submit" class="main" disabled={isBusy}>
        {isBusy ? 'Starting…' : 'Start a reader'}
      </button>
    </form>
  );
}
