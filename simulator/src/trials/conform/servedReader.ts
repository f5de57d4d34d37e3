/**
 * A reader of a simulator server, steered over HTTP: the hands, the cable and the bad luck of a scenario.
 * Source: docs/reference/simulator.openapi.json.   Floor: simulator trials.
 */
import { httpAcquirer } from '@comptoir/sdk';
import { memoryStore } from '@comptoir/sdk/checkout';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { realClock } from '../../machine/clock.js';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import type { LogEntry } from '../../simulation/eventLog.js';
import type { Seen } from '../scenarios/runScenario.js';
import type { TillWorld } from '../scenarios/till.js';

interface SteeredReader {
  readonly url: string;
  readonly acquirerUrl: string;
  readonly world: TillWorld;
  readonly seen: Seen;
}

interface Made {
  readonly id: string;
  readonly url: string;
  readonly acquirerUrl: string;
}

/** An entry of the log about a card: the name of a command, its status word. */
const APDU = /^(.*) · (?:[0-9A-F]{4}|no answer)$/;

/** Makes a reader there; the world's `close` ends it. @param server `http://127.0.0.1:PORT/TOKEN` @throws Error when there is no such server */
export async function steeredReader(server: string, seed: number, target: ReaderTargetName): Promise<SteeredReader> {
  const { id, url, acquirerUrl } = (await ask(server, 'POST', '/readers', { seed, target })) as Made;
  const at = `/readers/${id}`;
  const tell = async (path: string, body?: object): Promise<void> => {
    await ask(server, 'POST', `${at}${path}`, body);
  };
  const log = async (): Promise<readonly LogEntry[]> => (await ask(server, 'GET', `${at}/log`)) as readonly LogEntry[];
  return {
    url,
    acquirerUrl,
    world: {
      ...webSocket(url),
      clock: realClock,
      trust: 'development',
      store: memoryStore(),
      acquirer: httpAcquirer(acquirerUrl),
      tap: (card) => tell('/tap', { card }),
      insert: (card) => tell('/insert', { card }),
      lift: () => tell('/lift'),
      remove: () => tell('/remove'),
      press: (ms) => tell('/press', { ms }),
      inject: (fault) => tell('/fault', fault),
      advance: (ms) => realClock.sleep(ms),
      unplug: () => tell('/unplug', {}),
      restart: () => tell('/restart'),
      close: async () => void (await ask(server, 'DELETE', at)),
    },
    seen: {
      apdus: async () => commandsIn(await log()),
      log: async () => (await log()).map(({ who, text }) => `${who} ${text}`),
    },
  };
}

/** The first and the second GENERATE AC of a card are told apart, as in `Simulation.steps`. */
function commandsIn(log: readonly LogEntry[]): readonly string[] {
  let generateAcs = 0;
  return log.flatMap(({ who, text }) => {
    const name = who === 'card' ? APDU.exec(text)?.[1] : undefined;
    if (name === undefined) return [];
    if (name === 'GET PROCESSING OPTIONS') generateAcs = 0;
    if (!name.startsWith('GENERATE AC ')) return [name];
    generateAcs += 1;
    return [name.replace('GENERATE AC', `GENERATE AC ${generateAcs}`)];
  });
}

async function ask(server: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${server}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
