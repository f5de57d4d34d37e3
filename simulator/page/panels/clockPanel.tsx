/**
 * The reader's time: of a real clock it runs by itself, of another it's let pass by hand.
 * Floor: simulator page.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ReaderNow, SimulatorClient } from '../../src/serve/client/simulatorClient.js';
import type { Attempt } from '../attempt.js';
import { seconds } from '../words.js';

interface ClockPanelProps {
  readonly client: SimulatorClient;
  readonly attempt: Attempt;
  readonly reader: ReaderNow;
  readonly toldAtMs: number;
}

const TICK_MS = 1_000;
const STEPS = [
  ['0.1 s', 100],
  ['1 s', 1_000],
  ['10 s', 10_000],
  ['1 min', 60_000],
  ['1 day', 86_400_000],
] as const;

export function ClockPanel({ client, attempt, reader, toldAtMs }: ClockPanelProps): JSX.Element {
  const isReal = reader.clock === 'real';
  const [nowMs, setNowMs] = useState(toldAtMs);
  useEffect(() => {
    if (!isReal) return;
    const ticking = setInterval(() => setNowMs(performance.now()), TICK_MS);
    return () => clearInterval(ticking);
  }, [isReal]);
  const atMs = reader.atMs + (isReal ? Math.max(0, nowMs - toldAtMs) : 0);
  const advance = (ms: number): Promise<void> =>
    attempt(() => client.ask('post', '/readers/{id}/clock/advance', { id: reader.id }, { ms }));
  return (
    <section class="panel clock" aria-label="Clock">
      <p>
        <span class="time">{isReal ? `${Math.round(atMs / 1000).toLocaleString('en')} s` : `${seconds(atMs)} s`}</span>
        <small>{isReal ? 'real time, since it was made' : 'by hand: it stands until you let it pass'}</small>
      </p>
      {!isReal && (
        <fieldset class="actions" aria-label="Let time pass">
          {STEPS.map(([text, ms]) => (
            <button type="button" key={text} onClick={() => advance(ms)} aria-label={`Let ${text} pass`}>
              + {text}
            </button>
          ))}
        </fieldset>
      )}
    </section>
  );
}
