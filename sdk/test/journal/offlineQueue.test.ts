import { encodeMessage, type Message } from '@comptoir/protocol';
import { type Acquirer, keyFrom, type PaymentId } from '@comptoir/sdk';
import { memoryStore } from '@comptoir/sdk/checkout';
import { type OfflineQueue, offlineQueue, type StoredSale } from '@comptoir/sdk/offline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SIGNED } from '../sale.js';

const LIMITS = { currency: 'EUR', perSale: 5000, total: 8000, ageMs: 1000 };

function requestOf(key: PaymentId, amount: number, token = 1): Uint8Array {
  const one = Uint8Array.of(token);
  const authorise: Message<'authorise'> = {
    kind: 'authorise',
    key,
    amount,
    currency: 978,
    label: 'VISA',
    applicationIdentifier: one,
    maskedNumber: '************0119',
    usedInterface: 2,
    authenticationMethod: 'fDDA',
    authenticationResult: 'ok',
    emvData: one,
    envelope: one,
    transactionToken: new Uint8Array(16).fill(token),
    merchantIdentifier: 'M',
    terminalIdentification: 'T',
    model: 'm',
    serial: 's',
  };
  return encodeMessage(authorise);
}

/** Charges each key once; can be out of reach before it hears, or after. */
function createBank() {
  const charged = new Map<PaymentId, Uint8Array>();
  let asked = 0;
  let reach: 'up' | 'down' | 'lost-answer' = 'up';
  const answerOf = (key: PaymentId): Uint8Array => {
    const said =
      charged.get(key) ??
      encodeMessage({ kind: 'complete', key, responseCode: key.includes('no') ? '05' : '00', ...SIGNED });
    charged.set(key, said);
    return said;
  };
  const acquirer: Acquirer = {
    async authorise(_request, key) {
      asked += 1;
      if (reach === 'down') throw new Error('out of reach');
      const answer = answerOf(key);
      if (reach === 'lost-answer') throw new Error('the answer was lost');
      return answer;
    },
    async status(key) {
      if (reach !== 'up') throw new Error('out of reach');
      return charged.get(key) ?? null;
    },
    async settle(key, _, end) {
      if (reach !== 'up') throw new Error('out of reach');
      charged.delete(key);
      return { end };
    },
  };
  return { acquirer, charged, asked: () => asked, set: (now: typeof reach) => (reach = now) };
}

const states = async (queue: OfflineQueue<Acquirer>): Promise<Record<string, string>> =>
  Object.fromEntries((await queue.list()).map(({ key, state }) => [key, state]));

test('what the acquirer can’t be asked about is stored within limits, and forwarded once', async () => {
  const bank = createBank();
  const store = memoryStore();
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const queue = offlineQueue(bank.acquirer, { store, limits: LIMITS, clock });
  const code = async (key: PaymentId, amount: number): Promise<string> => {
    const answer = await queue.acquirer.authorise(requestOf(key, amount), key);
    return new TextDecoder('latin1').decode(answer).match(/Y3|Z3|00|05/)?.[0] ?? '';
  };
  bank.set('down');
  expect(await code(keyFrom('a'), 5000)).toBe('Y3');
  expect(await code(keyFrom('a'), 5000)).toBe('Y3');
  expect(await queue.room()).toBe(3000);
  // It was asked, and may have charged: nobody says no for it.
  await expect(queue.acquirer.authorise(requestOf(keyFrom('b'), 3001), keyFrom('b'))).rejects.toThrow('out of reach');
  expect(await code(keyFrom('no'), 3000)).toBe('Y3');
  expect(await queue.forward()).toEqual({ settled: 0, declined: 0, expired: 0, left: 2 });

  bank.set('up');
  const before = bank.asked();
  const [one, other] = await Promise.all([queue.forward(), queue.forward()]);
  expect(one).toEqual({ settled: 1, declined: 1, expired: 0, left: 0 });
  expect(other).toBe(one);
  expect(bank.asked() - before).toBe(2);
  expect(await states(queue)).toEqual({ a: 'settled', no: 'declined' });
  expect(await queue.forget(keyFrom('a'))).toBe(true);

  bank.set('down');
  expect(await code(keyFrom('old'), 100)).toBe('Y3');
  nowMs = 2000;
  expect(await queue.room()).toBe(0);
  bank.set('up');
  expect((await queue.forward()).expired).toBe(1);
  expect(bank.charged.has(keyFrom('old'))).toBe(false);
  expect(await queue.export()).toMatch(/"state":"declined".*\n.*"state":"expired".*\n$/);
});

test('a queue that knows it is offline asks nobody, and refuses above its limits', async () => {
  const bank = createBank();
  const queue = offlineQueue(bank.acquirer, { store: memoryStore(), limits: LIMITS, isOnline: () => false });
  const answer = await queue.acquirer.authorise(requestOf(keyFrom('c'), 5001), keyFrom('c'));
  expect(new TextDecoder('latin1').decode(answer)).toContain('Z3');
  expect(bank.asked()).toBe(0);
  expect(await queue.list()).toEqual([]);
});

test('two tabs at the same time don’t pass the limits together', async () => {
  const bank = createBank();
  const store = memoryStore();
  const open = () => offlineQueue(bank.acquirer, { store, limits: LIMITS, isOnline: () => false });
  const tabs = [open(), open()];
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((order, at) =>
      tabs[at % 2]?.acquirer.authorise(requestOf(keyFrom(order), 3000), keyFrom(order)),
    ),
  );
  const said = answers.map((answer) => new TextDecoder('latin1').decode(answer).match(/Y3|Z3/)?.[0]);
  expect(said.sort()).toEqual(['Y3', 'Y3', 'Z3', 'Z3']);
  expect(await open().room()).toBe(2000);
});

test('one that the acquirer never has an answer for keeps none waiting', async () => {
  const bank = createBank();
  const poisoned = keyFrom('a');
  const acquirer: Acquirer = {
    ...bank.acquirer,
    authorise: (request, key) =>
      key === poisoned ? Promise.resolve(Uint8Array.of(1)) : bank.acquirer.authorise(request, key),
  };
  let isOnline = false;
  const queue = offlineQueue(acquirer, {
    store: memoryStore(),
    limits: LIMITS,
    isOnline: () => isOnline,
    clock: STILL,
  });
  for (const key of [poisoned, keyFrom('b'), keyFrom('c')]) await queue.acquirer.authorise(requestOf(key, 100), key);
  isOnline = true;
  expect((await queue.forward()).left).toBe(3);
  expect(await queue.forward()).toEqual({ settled: 2, declined: 0, expired: 0, left: 1 });
  expect(await states(queue)).toEqual({ a: 'stored', b: 'settled', c: 'settled' });
});

const STILL = { now: () => 0, sleep: async () => {} };

class Crash extends Error {}

type Deed =
  | { readonly does: 'pay'; readonly name: string; readonly amount: number }
  | { readonly does: 'forward' | 'reverse'; readonly name: string }
  | { readonly does: 'reach'; readonly reach: 'up' | 'down' | 'lost-answer' }
  | { readonly does: 'crash'; readonly afterWrites: number };

const name = fc.constantFrom('a', 'b', 'c', 'no');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ does: fc.constant('pay' as const), name, amount: fc.integer({ min: 1, max: 6000 }) }),
  fc.record({ does: fc.constantFrom('forward' as const, 'reverse' as const), name }),
  fc.record({
    does: fc.constant('reach' as const),
    reach: fc.constantFrom('up' as const, 'down' as const, 'lost-answer' as const),
  }),
  fc.record({ does: fc.constant('crash' as const), afterWrites: fc.nat(3) }),
);

test('two tills of one store, crashes at any write, and an acquirer that comes and goes: no charge twice, none lost, limits kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(deed, fc.nat(1)), { maxLength: 25 }), async (deeds) => {
      const bank = createBank();
      const disk = memoryStore();
      let writesLeft = Number.POSITIVE_INFINITY;
      const store = {
        ...disk,
        async put(key: string, value: Uint8Array) {
          if (writesLeft-- <= 0) throw new Crash('the till died');
          await disk.put(key, value);
        },
      };
      // No lock that both share: their keys alone must do.
      const open = () =>
        offlineQueue(bank.acquirer, { store, limits: LIMITS, clock: STILL, lock: (_name, work) => work() });
      const tills = [open(), open()];
      const amounts = new Map<string, number>();
      /** What the reader was told is stored. */
      const promised = new Set<PaymentId>();
      for (const [one, at] of deeds) {
        const till = tills[at] ?? open();
        try {
          if (one.does === 'reach') bank.set(one.reach);
          else if (one.does === 'crash') writesLeft = one.afterWrites;
          else if (one.does === 'forward') await Promise.all(tills.map((queue) => queue.forward()));
          else {
            const key = keyFrom(one.name);
            if (one.does !== 'pay') {
              promised.delete(key);
              await till.acquirer.settle?.(key, undefined, 'void');
            } else {
              const amount = amounts.get(one.name) ?? one.amount;
              amounts.set(one.name, amount);
              const answer = await till.acquirer.authorise(requestOf(key, amount), key);
              if (new TextDecoder('latin1').decode(answer).includes('Y3')) promised.add(key);
            }
          }
        } catch (fault) {
          // A till that died starts again; whatever else failed said so.
          if (isCrash(fault)) [tills[at], writesLeft] = [open(), Number.POSITIVE_INFINITY];
        }
        const owed = (await till.list()).filter(({ state }) => state === 'stored' || state === 'forwarding');
        expect(owed.reduce((sum, sale) => sum + sale.amount.minor, 0)).toBeLessThanOrEqual(LIMITS.total);
        expect(owed.every((sale: StoredSale) => sale.amount.minor <= LIMITS.perSale)).toBe(true);
      }
      writesLeft = Number.POSITIVE_INFINITY;
      bank.set('up');
      const [last = open()] = tills;
      await last.forward();
      const kept = (await last.list()).map(({ key }) => key);
      expect(kept).toEqual(expect.arrayContaining([...promised]));
      for (const sale of await last.list()) {
        expect(['settled', 'declined']).toContain(sale.state);
        expect(bank.charged.has(sale.key)).toBe(true);
        expect(sale.state).toBe(sale.key.includes('no') ? 'declined' : 'settled');
      }
    }),
    { numRuns: 150 },
  );
});

test('a stored payment is taken back before the acquirer takes it, by reversal when it may have been sent; never after', async () => {
  const bank = createBank();
  const store = memoryStore();
  const queue = offlineQueue(bank.acquirer, { store, limits: LIMITS, isOnline: () => false });
  const [one, sent, taken] = [keyFrom('one'), keyFrom('sent'), keyFrom('taken')];
  for (const key of [one, taken]) await queue.acquirer.authorise(requestOf(key, 100), key);
  const online = offlineQueue(bank.acquirer, { store, limits: LIMITS });
  bank.set('lost-answer');
  await online.acquirer.authorise(requestOf(sent, 100), sent);
  expect([...bank.charged.keys()]).toEqual([sent]);
  expect(await queue.takeBack(one)).toBe(true);
  await expect(queue.takeBack(sent)).rejects.toThrow('out of reach');
  bank.set('up');
  expect([await queue.takeBack(sent), await queue.takeBack(sent)]).toEqual([true, true]);
  expect(bank.charged.size).toBe(0);
  expect(await queue.forward()).toMatchObject({ settled: 1 });
  expect([await queue.takeBack(taken), await queue.takeBack(keyFrom('never'))]).toEqual([false, false]);
  expect([...bank.charged.keys()]).toEqual([taken]);
  expect(await states(queue)).toEqual({ [one]: 'void', [sent]: 'void', [taken]: 'settled' });
  // Whoever asks the queue again doesn't bring it back.
  await queue.acquirer.authorise(requestOf(one, 100), one);
  await queue.forward();
  expect((await states(queue))[one]).toBe('void');
});

test('an expired payment closes storing until a person gives it up, with a reason', async () => {
  const bank = createBank();
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const queue = offlineQueue(bank.acquirer, { store: memoryStore(), limits: LIMITS, clock });
  bank.set('down');
  const key = keyFrom('old');
  await queue.acquirer.authorise(requestOf(key, 100), key);
  expect(await queue.giveUp(key, 'too early')).toBe(false);
  nowMs = LIMITS.ageMs + 1;
  bank.set('up');
  // It was sent, and never came.
  expect(await queue.forward()).toMatchObject({ expired: 1 });
  expect(await queue.room()).toBe(0);
  expect([await queue.giveUp(key, 'asked the bank'), await queue.giveUp(key, 'again')]).toEqual([true, true]);
  expect(await queue.room()).toBe(LIMITS.perSale);
  expect(await queue.list()).toMatchObject([{ state: 'lost', note: 'asked the bank' }]);
  expect(await queue.forget(key)).toBe(true);
});

function isCrash(fault: unknown): boolean {
  return fault instanceof Error && (fault instanceof Crash || isCrash(fault.cause));
}
