/**
 * What the acquirer's side does wrong.
 * Floor: simulator simulation.
 */
import { decodeMessage, encodeMessage } from '@comptoir/protocol';
import type { Acquirer, CallOptions, Clock } from '@comptoir/sdk';
import type { AcquirerCall, AcquirerFault, Phase } from './fault.js';

interface AcquirerTroubles {
  inject(fault: AcquirerFault): void;
  wrap<H extends Required<Acquirer>>(acquirer: H): H;
}

interface Trouble {
  readonly fault: AcquirerFault;
  times: number;
}

const LATE_MS = 1000;

/** @param reached called when a sale comes so far */
export function createAcquirerTroubles(clock: Clock, reached: (phase: Phase) => void): AcquirerTroubles {
  let troubles: readonly Trouble[] = [];

  function take(call: AcquirerCall): AcquirerFault | undefined {
    const trouble = troubles.find(({ fault }) => (fault.call ?? 'authorise') === call);
    if (trouble === undefined) return undefined;
    trouble.times += 1;
    if (trouble.times >= (trouble.fault.times ?? 1)) troubles = troubles.filter((one) => one !== trouble);
    return trouble.fault;
  }

  async function ask<T>(
    call: AcquirerCall,
    options: CallOptions | undefined,
    work: (options?: CallOptions) => Promise<T>,
    wrong: (answer: T) => T,
  ): Promise<T> {
    const fault = take(call);
    const ms = fault?.ms ?? LATE_MS;
    switch (fault?.does) {
      case undefined:
        return work(options);
      case 'refuses':
        throw new Error(`the acquirer refused ${call}`);
      case 'lost':
        return never(options?.signal);
      case 'silent':
        await work(options);
        return never(options?.signal);
      case 'late': {
        const answer = await work(options);
        await clock.sleep(ms, options?.signal);
        return answer;
      }
      case 'delayed': {
        // Whoever asked may have given up meanwhile: the question comes nevertheless.
        const arrived = clock.sleep(ms).then(() => work());
        return Promise.race([arrived, never(options?.signal)]);
      }
      case 'duplicate':
        await work(options);
        return work(options);
      case 'wrong':
        return wrong(await work(options));
    }
  }

  return {
    inject(fault) {
      troubles = [...troubles, { fault, times: 0 }];
    },
    wrap: (acquirer) => ({
      ...acquirer,
      async authorise(request, key, options) {
        reached('during-authorisation');
        const answer = await ask('authorise', options, (own) => acquirer.authorise(request, key, own), forAnotherKey);
        reached('after-authorisation');
        return answer;
      },
      status: (key, options) =>
        ask(
          'status',
          options,
          (own) => acquirer.status(key, own),
          (answer) => answer && forAnotherKey(answer),
        ),
      nonce: (options) =>
        ask(
          'nonce',
          options,
          (own) => acquirer.nonce(own),
          (nonce) => nonce.subarray(1),
        ),
      settle: (key, planId, end, options) =>
        ask('settle', options, (own) => acquirer.settle(key, planId, end, own), refused),
    }),
  };
}

function refused(): never {
  throw new Error('the acquirer answered for another key');
}

/** An answer that is right in itself, but not to this question. */
function forAnotherKey(answer: Uint8Array): Uint8Array {
  const decoded = decodeMessage(answer);
  if (!decoded.ok || decoded.message.kind !== 'complete') return answer;
  return encodeMessage({ ...decoded.message, key: `another-${decoded.message.key}`.slice(0, KEY_CHARACTERS_MAX) });
}

const KEY_CHARACTERS_MAX = 64;

/** Rejects with the reason of an abort. */
function never(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
