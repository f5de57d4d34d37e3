import {
  encodeMessage,
  encodeTlv,
  type Message,
  NO_BYTES,
  OUTCOME,
  PROMPT,
  type TemplateContent,
} from '@comptoir/protocol';
import { type Acquirer, connect, keyFrom, type PaymentId, type PaymentKey, type Reader } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { createManualClock, type ManualClock } from './manualClock.js';
import { createScriptedReader, type ScriptedReader, type ScriptOptions, type Step } from './scriptedReader.js';

export const KEY: PaymentKey = keyFrom('o-17-1');
export const AMOUNT = { minor: 1250, currency: 'EUR' } as const;
const CARD = {
  label: 'VISA DEBIT',
  applicationIdentifier: Uint8Array.of(0xa0, 0, 0, 0, 3, 0x10, 0x10),
  maskedNumber: '476173******0119',
  usedInterface: 2,
  authenticationMethod: 'fDDA',
  authenticationResult: 'ok',
} as const;
const EMV_DATA = encodeTlv(
  { tag: 0x95, value: Uint8Array.of(0, 0, 0, 0, 0) },
  { tag: 0x9f34, value: Uint8Array.of(0x1f, 0, 0) },
  { tag: 0x9f36, value: Uint8Array.of(0, 7) },
  // No reader may send it; if one did, it must not come through.
  { tag: 0x5a, value: Uint8Array.of(0x47, 0x61, 0x73, 0, 0, 0, 1, 0x19) },
);
const MERCHANT = { merchantIdentifier: 'COMPTOIR       ', terminalIdentification: 'TILL0001' } as const;
const TOKEN = 'ri0123456789abcdefghjkmnpqrstvw';

export const AUTHORISE: Message<'authorise'> = {
  kind: 'authorise',
  key: KEY,
  amount: 1250,
  currency: 978,
  ...CARD,
  ...MERCHANT,
  emvData: EMV_DATA,
  envelope: new Uint8Array(300),
  transactionToken: new Uint8Array(16).fill(0xa1),
  model: 'scripted',
  serial: 'S-0001',
  indexToken: TOKEN,
};

/** A scripted reader checks no MAC. */
export const SIGNED = { transactionToken: AUTHORISE.transactionToken, answerMac: new Uint8Array(16) } as const;

type Told = Message<'result'>;
type Tender = TemplateContent<'tender'>;

/** @param tender what the one card paid; none: no card was asked */
export function result(outcome: number, more: Partial<Told> = {}, tender?: Partial<Tender>): Told {
  const tenders = tender === undefined ? [] : [{ profileKind: 1, label: '', amount: 0, ...tender }];
  const due = tenders.reduce((rest, { amount }) => rest - amount, 1250);
  return { kind: 'result', key: KEY, outcome, amount: 1250, currency: 978, due, tenders, ...more };
}

const PAID: Tender = {
  profileKind: 1,
  amount: 1250,
  ...CARD,
  emvData: EMV_DATA,
  indexToken: TOKEN,
  responseCode: '00',
  authorisationCode: '123456',
  transactionSequence: 3,
};

/** @param more of the one tender */
export function approved(more: Partial<Tender> = {}): Told {
  return result(OUTCOME.approved, MERCHANT, { ...PAID, ...more });
}

export const APPROVED: Told = approved();
export const DECLINED: Told = result(OUTCOME.declined, {}, { ...CARD, responseCode: '51' });

export function complete(
  responseCode: string,
  key: PaymentId = KEY,
  more: Partial<Message<'complete'>> = {},
): Uint8Array {
  return encodeMessage({ kind: 'complete', key, responseCode, authorisationCode: '123456', ...SIGNED, ...more });
}

export const PAY: Step = {
  expect: 'pay',
  act(say) {
    say.prompt(PROMPT.presentCard);
    say.prompt(PROMPT.holdCard);
    say.answer(AUTHORISE);
  },
};
export const COMPLETE: Step = { expect: 'complete', act: (say) => say.answer(APPROVED) };

/** Answers at once, and counts. */
export function createAcquirer(answer: Partial<Acquirer> = {}): Acquirer & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    authorise(request, key, options) {
      asked.push(`authorise ${key}`);
      return answer.authorise?.(request, key, options) ?? Promise.resolve(complete('00', key));
    },
    status(key, options) {
      asked.push(`status ${key}`);
      return answer.status?.(key, options) ?? Promise.resolve(null);
    },
  };
}

export interface Till {
  readonly reader: Reader;
  readonly script: ScriptedReader;
  readonly clock: ManualClock;
  readonly acquirer: Acquirer & { readonly asked: string[] };
}

export async function openTill(
  script: ScriptOptions,
  acquirer: Till['acquirer'] = createAcquirer(),
  clock: ManualClock = createManualClock(),
): Promise<Till> {
  const scripted = createScriptedReader(script);
  const reader = await connect(memory(scripted.port), {
    clock,
    acquirer,
    random: createCounter(),
    trust: 'development',
  });
  return { reader, script: scripted, clock, acquirer };
}

/** Different bytes at each call, the same in each run. */
export function createCounter(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    count += 1;
    return length === 0 ? NO_BYTES : new Uint8Array(length).fill(count);
  };
}
