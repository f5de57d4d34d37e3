/**
 * A till in the server, for people who try a reader without one of their own. It sees what every till sees, and tells what left the reader. Of other tills,
 * whose link is sealed, it tells what the acquirer was asked.
 * Floor: simulator serve.
 */
import {
  connect,
  formatMoney,
  type LookupResult,
  type Money,
  newKey,
  type PaymentId,
  type PaymentKey,
  type PayResult,
  paymentIdOf,
  ReaderError,
} from '@comptoir/sdk';
import { messagesToHost } from '../simulation/sale/messagesToHost.js';
import { whatLeft } from '../simulation/sale/whatLeft.js';
import type { CrossedMessage, Simulation } from '../simulation/simulate.js';
import type { TestAcquirer } from '../world/acquirer/testAcquirer.js';

/** How a sale ended, for people and programs. */
interface TillResult {
  /** Of a `PayResult`; `never-seen` of a look-up; `error`: what was thrown. */
  readonly status: PayResult['status'] | 'never-seen' | 'error';
  /** The id: the secret of the key stays in the till. */
  readonly key: PaymentId;
  /** A sentence. */
  readonly text: string;
  /** Of an error, or the reason of a refusal. */
  readonly code?: string;
  readonly charged?: 'no' | 'maybe' | 'yes';
}

/** A field of a message that the reader sent, of what it says about the card. */
interface LeftField {
  readonly name: string;
  /** Bytes are hexadecimal. */
  readonly value: string;
}

export interface ServedTill {
  /** One at a time. @throws Error when another one runs */
  pay(amount: Money): Promise<TillResult>;
  /** How the last payment ended. @throws Error when there was none */
  lookup(): Promise<TillResult>;
  /** Ends the payment that runs, as the clerk does. */
  cancel(): void;
  /** Of the last payment, of whichever till. */
  left(): readonly LeftField[];
  /** The acquirer of the simulation, for other tills: what they ask it left the reader. */
  readonly acquirer: TestAcquirer;
}

export function createServedTill(simulation: Simulation): ServedTill {
  const { random } = simulation;
  let payments = 0;
  let last: PaymentKey | undefined;
  let running: AbortController | undefined;
  let crossed: CrossedMessage[] = [];
  let asked: PaymentId | undefined;

  async function ask(
    question: (options: { readonly signal: AbortSignal }, key: PaymentKey) => Promise<TillResult>,
    key: PaymentKey,
  ): Promise<TillResult> {
    if (running !== undefined) throw new Error('the till is busy with another payment');
    running = new AbortController();
    try {
      return await question({ signal: running.signal }, key);
    } catch (thrown) {
      if (!(thrown instanceof ReaderError)) throw thrown;
      const { code, charged, message, recovery } = thrown;
      return { status: 'error', key: paymentIdOf(key), code, charged, text: `${message} ${recovery.message}` };
    } finally {
      running = undefined;
    }
  }
  /** Keeps the messages of this payment beside those of the simulation. */
  const options = {
    ...simulation,
    traced(direction: CrossedMessage['direction'], message: Uint8Array): void {
      simulation.traced(direction, message);
      crossed.push({ direction, bytes: message.slice() });
    },
  };
  return {
    acquirer: {
      ...simulation.acquirer,
      authorise(request, key, callOptions) {
        if (key !== asked) crossed = [];
        asked = key;
        crossed.push({ direction: 'toHost', bytes: request.slice() });
        return simulation.acquirer.authorise(request, key, callOptions);
      },
    },
    pay(amount) {
      if (running === undefined) {
        asked = undefined;
        payments += 1;
        crossed = [];
        last = newKey('page', payments, random);
      }
      return ask(
        async ({ signal }, key) => {
          await using reader = await connect(simulation, { ...options, signal });
          return told(await reader.pay({ amount, key }, { signal }), paymentIdOf(key));
        },
        last ?? newKey('page', 1, random),
      );
    },
    async lookup() {
      if (last === undefined) throw new Error('there was no payment yet');
      return ask(async ({ signal }, key) => {
        await using reader = await connect(simulation, { ...options, signal });
        return told(await reader.lookup(key, { signal }), paymentIdOf(key));
      }, last);
    },
    cancel: () => running?.abort(),
    left() {
      const left = Object.entries(whatLeft(messagesToHost(crossed)));
      return left.flatMap(([name, value]) => (value === '' ? [] : [{ name, value: `${value}` }]));
    },
  };
}

function told(result: LookupResult, key: PaymentId): TillResult {
  switch (result.status) {
    case 'never-seen':
      return { status: 'never-seen', key, charged: 'no', text: 'The reader has never seen this key.' };
    case 'approved':
    case 'partial': {
      const { taken, tenders } = result.payment;
      const from = tenders.map(({ label, masked }) => `${label} ${masked}`).join(', ');
      return { status: result.status, key, charged: 'yes', text: `${formatMoney(taken)} from ${from}` };
    }
    case 'declined':
      return { status: 'declined', key, charged: 'no', code: result.code, text: result.recovery.message };
    case 'cancelled':
      return { status: 'cancelled', key, charged: 'no', text: `By ${result.by}.` };
    case 'stored':
      return { status: 'stored', key, charged: 'maybe', text: 'It is stored, and forwarded later.' };
    case 'unknown':
      return { status: 'unknown', key, charged: result.charged, text: result.recovery.message };
  }
}
