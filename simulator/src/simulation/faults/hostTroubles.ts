/**
 * What the acquirer's side does wrong, around any host.
 * Floor: simulator simulation.
 */
import { decodeMessage, encodeMessage } from '@comptoir/protocol';
import type { CallOptions, Clock, PaymentHost } from '@comptoir/sdk';
import type { HostCall, HostFault, Phase } from './fault.js';

interface HostTroubles {
  inject(fault: HostFault): void;
  wrap<H extends Required<PaymentHost>>(host: H): H;
}

interface Trouble {
  readonly fault: HostFault;
  times: number;
}

const LATE_MS = 1000;

/** @param reached called when a sale comes so far */
export function createHostTroubles(clock: Clock, reached: (phase: Phase) => void): HostTroubles {
  let troubles: readonly Trouble[] = [];

  function take(call: HostCall): HostFault | undefined {
    const trouble = troubles.find(({ fault }) => (fault.call ?? 'authorise') === call);
    if (trouble === undefined) return undefined;
    trouble.times += 1;
    if (trouble.times >= (trouble.fault.times ?? 1)) troubles = troubles.filter((one) => one !== trouble);
    return trouble.fault;
  }

  async function ask<T>(
    call: HostCall,
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
        throw new Error(`the host refused ${call}`);
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
    wrap: (host) => ({
      ...host,
      async authorise(request, key, options) {
        reached('during-authorisation');
        const answer = await ask('authorise', options, (own) => host.authorise(request, key, own), forAnotherKey);
        reached('after-authorisation');
        return answer;
      },
      status: (key, options) =>
        ask(
          'status',
          options,
          (own) => host.status(key, own),
          (answer) => answer && forAnotherKey(answer),
        ),
      nonce: (options) =>
        ask(
          'nonce',
          options,
          (own) => host.nonce(own),
          (nonce) => nonce.subarray(1),
        ),
      settle: (key, saleKey, end, options) =>
        ask('settle', options, (own) => host.settle(key, saleKey, end, own), refused),
    }),
  };
}

function refused(): never {
  throw new Error('the host answered for another key');
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
