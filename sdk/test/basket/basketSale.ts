/** A basket of 12.50 EUR, a till with a scripted reader and an acquirer for it, and what that reader says. */
import { encodeMessage, type Message, OUTCOME } from '@comptoir/protocol';
import {
  type Acquirer,
  type AcquirerWith,
  type BasketRequest,
  connect,
  type PaymentId,
  type Reader,
  type ReaderError,
} from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { createManualClock, type ManualClock } from '../manualClock.js';
import { AUTHORISE, createCounter, KEY, SIGNED } from '../sale.js';
import { createScriptedReader, type ScriptedReader, type Step } from '../scriptedReader.js';

export const REQUEST: BasketRequest = {
  basket: { currency: 'EUR', lines: [{ sku: 'bread', qty: 5, unit: 250 }] },
  key: KEY,
};
export const SALE_KEY: Uint8Array = new Uint8Array(16).fill(0x5a);

export function tenders(more: Partial<Message<'result'>> = {}): Message<'result'> {
  const bank = { profileKind: 1, label: 'CB', amount: 1250, rules: Uint8Array.of(7), maskedNumber: '497010******0204' };
  return {
    kind: 'result',
    key: KEY,
    outcome: OUTCOME.approved,
    amount: 1250,
    currency: 978,
    due: 0,
    rejection: 0,
    tenders: [bank],
    planId: SALE_KEY,
    ...more,
  };
}

export const VOID: Partial<Message<'result'>> = { outcome: OUTCOME.declined, due: 1250, tenders: [] };
export const OPEN: Partial<Message<'result'>> = {
  outcome: OUTCOME.waitingForAcquirer,
  transactionToken: AUTHORISE.transactionToken,
};

export const BASKET: Step = { expect: 'basket', act: (say) => say.answer({ kind: 'accepted', lineCount: 1 }) };
export const QUESTION: Step = { expect: 'pay', act: (say) => say.answer({ ...AUTHORISE, asks: 1 }) };
export const answering = (expect: Step['expect'], message: Message): Step => ({
  expect,
  act: (say) => say.answer(message),
});

/** Approves, settles, and counts. */
export function createBasketAcquirer(
  answers: Partial<Acquirer> = {},
): AcquirerWith<'nonce' | 'settle'> & { readonly asked: string[] } {
  const asked: string[] = [];
  const { sale } = answers;
  const ofRefunds = sale && {
    sale(...[key, options]: Parameters<NonNullable<Acquirer['sale']>>) {
      asked.push(`sale ${key}`);
      return sale(key, options);
    },
    refund: () => Promise.reject(new Error('nothing was taken')),
  };
  const approval = (key: PaymentId): Uint8Array =>
    encodeMessage({
      kind: 'complete',
      key,
      responseCode: '00',
      authorisationCode: '123456',
      ...SIGNED,
    });
  return {
    asked,
    ...ofRefunds,
    authorise(request, key, options) {
      asked.push(`authorise ${key}`);
      return answers.authorise?.(request, key, options) ?? Promise.resolve(approval(key));
    },
    status(key, options) {
      asked.push(`status ${key}`);
      return answers.status?.(key, options) ?? Promise.resolve(null);
    },
    nonce(options) {
      asked.push('nonce');
      return answers.nonce?.(options) ?? Promise.resolve(new Uint8Array(8));
    },
    settle(key, planId, end, options) {
      asked.push(`settle ${end}`);
      return answers.settle?.(key, planId, end, options) ?? Promise.resolve({ end });
    },
  };
}

export interface BasketTill {
  readonly reader: Reader;
  readonly script: ScriptedReader;
  readonly clock: ManualClock;
  readonly acquirer: ReturnType<typeof createBasketAcquirer>;
}

export async function openBasketTill(steps: readonly Step[], answers: Partial<Acquirer> = {}): Promise<BasketTill> {
  const script = createScriptedReader({ steps });
  const clock = createManualClock();
  const acquirer = createBasketAcquirer(answers);
  const reader = await connect(memory(script.port), { clock, acquirer, random: createCounter(), trust: 'development' });
  return { reader, script, clock, acquirer };
}

/** What a call fails with. A call that does not fail is a failure of the test. */
export const failure = (work: PromiseLike<unknown>): Promise<ReaderError> =>
  Promise.resolve(work).then(
    () => {
      throw new Error('nothing failed');
    },
    (error: ReaderError) => error,
  );
