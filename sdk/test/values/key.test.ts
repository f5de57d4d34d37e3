/** Keys can't be guessed, their ids say nothing of their secrets, and a crash loses none. */
import { keyFrom, newKey, type PaymentId, paymentIdOf, type Store, storedKey } from '@comptoir/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secretOf } from '../../src/values/key.js';
import { memoryStore } from '../../src/values/store.js';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const FORM = new RegExp(`^order-17-1\\.[${ALPHABET}]{12}~[${ALPHABET}]{25}[048cgmrw]$`);
const WRONG = expect.objectContaining({ code: 'usage/invalid' });
const drawn = fc.uint8Array({ minLength: 38, maxLength: 38 });

test('two keys of one order differ in id and in secret', () => {
  const [one, other] = [newKey('order-17'), newKey('order-17')];
  expect(one).toMatch(FORM);
  expect(paymentIdOf(one)).not.toBe(paymentIdOf(other));
  expect(secretOf(one)).not.toEqual(secretOf(other));
});

test('100,000 keys have the right form, and no twins', () => {
  const ids = new Set<string>();
  const secrets = new Set<string>();
  const characters = new Set<string>();
  for (let at = 0; at < 100_000; at += 1) {
    const key = newKey('order-17');
    if (!FORM.test(key)) throw new Error('a key has another form');
    ids.add(paymentIdOf(key));
    secrets.add(secretOf(key).join());
    for (const character of key.slice(11, 23)) characters.add(character);
  }
  expect([ids.size, secrets.size]).toEqual([100_000, 100_000]);
  expect([...characters].sort().join('')).toBe(ALPHABET);
});

test('the secret is the 128 bits that were drawn for it', () =>
  fc.assert(
    fc.property(drawn, (bytes) => {
      let bits = 0n;
      for (const byte of bytes.slice(12)) bits = (bits << 5n) | BigInt(byte & 31);
      const secret = (bits >> 2n).toString(16).padStart(32, '0');
      expect(Buffer.from(secretOf(newKey('o', 1, () => bytes.slice()))).toString('hex')).toBe(secret);
    }),
  ));

test('an id is its own id, a key, and nothing of the secret', () =>
  fc.assert(
    fc.property(
      fc.stringMatching(/^[ -}]{1,47}$/),
      fc.integer({ min: 1, max: 999 }),
      drawn,
      (order, attempt, bytes) => {
        const key = newKey(order, attempt, () => bytes.slice());
        const id = paymentIdOf(key);
        expect(id).toMatch(/-\d+\.[^~]{12}$/);
        expect([paymentIdOf(id), paymentIdOf(keyFrom(id)), keyFrom(key)]).toEqual([id, id, key]);
        expect(key.slice(0, id.length + 1)).toBe(`${id}~`);
        expect([id.length <= 64, key.length - id.length]).toEqual([true, 27]);
      },
    ),
  ));

test('different orders and attempts have different labels, whatever is drawn', () => {
  const order = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
  const attempt = fc.integer({ min: 1, max: 99 });
  fc.assert(
    fc.property(order, attempt, order, attempt, (orderA, a, orderB, b) => {
      const [one, other] = [newKey(orderA, a, zeros), newKey(orderB, b, zeros)];
      expect(one === other).toBe(orderA === orderB && a === b);
    }),
  );
});

test('a text of the caller’s own is an id; its secret follows from it, and is of no use against whoever knows it', () => {
  const own = keyFrom('order-17-1');
  expect(paymentIdOf(own)).toBe(own);
  expect(secretOf(own)).toEqual(secretOf(keyFrom('order-17-1')));
  expect(secretOf(own)).not.toEqual(secretOf(keyFrom('order-18-1')));
  expect(secretOf(keyFrom('x'.repeat(64)))).toHaveLength(16);
});

const whole = newKey('order-17');

test.each<readonly [string, () => unknown]>([
  ['no order', () => newKey('')],
  ['an order that is missing', () => newKey(undefined as never)],
  ['null', () => newKey(null as never, 2)],
  ['a number', () => newKey(17 as never)],
  ['an attempt before the first', () => newKey('o', 0)],
  ['an attempt as a text', () => newKey('o', '1' as never)],
  ['an order that is not ASCII', () => newKey('é')],
  ['an order with a tilde', () => newKey('o~1')],
  ['an order of 50 characters', () => newKey('x'.repeat(50))],
  ['an empty text', () => keyFrom('')],
  ['65 characters', () => keyFrom('x'.repeat(65))],
  ['a line break', () => keyFrom('a\n')],
  ['a missing text', () => keyFrom(undefined as never)],
  ['a list', () => keyFrom(['o-17-1'] as never)],
  ['a secret without an id', () => keyFrom(whole.slice(whole.indexOf('~')))],
  ['a key whose end is lost', () => keyFrom(whole.slice(0, -1))],
  ['a key with two secrets', () => keyFrom(whole + whole.slice(whole.indexOf('~')))],
  ['a key in capitals', () => keyFrom(whole.toUpperCase())],
])('%s makes no key', (_, make) => expect(make).toThrow(WRONG));

test('an order of 49 characters makes a key, and the refusal of a longer one says so', () => {
  expect(paymentIdOf(newKey('x'.repeat(49)))).toHaveLength(64);
  expect(() => newKey('x'.repeat(50))).toThrow('49');
});

/** Dies at its step number `at`, before or after it took effect, or in the middle of a write. */
function dying(under: Store, at: number, how: 'before' | 'torn' | 'after'): Store {
  let step = 0;
  const died = new Error('the power is gone');
  const run = async <T>(work: () => Promise<T>, tear?: () => Promise<unknown>): Promise<T> => {
    step += 1;
    if (step > at || (step === at && how === 'before')) throw died;
    if (step === at && how === 'torn') {
      await tear?.();
      throw died;
    }
    const done = await work();
    if (step === at) throw died;
    return done;
  };
  return {
    get: (name) => run(() => under.get(name)),
    put: (name, value) =>
      run(
        () => under.put(name, value),
        () => under.put(name, value.slice(0, value.length >> 1)),
      ),
    del: (name) => run(() => under.del(name)),
    keys: (prefix) => under.keys(prefix),
  };
}

test.each([1, 2, 3].flatMap((at) => (['before', 'torn', 'after'] as const).map((how) => [at, how] as const)))(
  'a crash at step %d of the store, %s: whoever had a key gets it again',
  async (at, how) => {
    const under = memoryStore();
    const had = await storedKey(dying(under, at, how), 'order-17').catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'journal/failed', charged: 'no' });
      return undefined;
    });
    // The two steps are done: it was given out.
    expect(had !== undefined).toBe(at === 3);
    const next = await storedKey(dying(under, 99, 'before'), 'order-17');
    if (had !== undefined) expect(next).toBe(had);
    if (at === 2 && how === 'after') expect(new TextDecoder().decode(await under.get('key/order-17-1'))).toBe(next);
    expect(next).toMatch(FORM);
    expect(await storedKey(dying(under, 99, 'before'), 'order-17')).toBe(next);
  },
);

test('a stored key is one for each order and attempt, and one for calls at the same time', async () => {
  const store = memoryStore();
  const [one, same] = await Promise.all([storedKey(store, 'a'), storedKey(store, 'a')]);
  expect(same).toBe(one);
  expect(await storedKey(store, 'a', 1)).toBe(one);
  const others = await Promise.all([storedKey(store, 'a', 2), storedKey(store, 'b')]);
  expect(new Set<PaymentId>([one, ...others].map(paymentIdOf)).size).toBe(3);
  await expect(storedKey(store, '')).rejects.toThrow(WRONG);
  await expect(storedKey(store, 'x'.repeat(50))).rejects.toThrow(WRONG);
});

function zeros(length: number): Uint8Array {
  return new Uint8Array(length);
}
