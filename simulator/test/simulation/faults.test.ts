/** Faults as data: what each does to a sale, seen through the SDK. */
import { connect, newKey, type PayResult, type Reader, ReaderError, type Store } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { FAULTS, type Fault, readFault } from '../../src/simulation/faults/fault.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';

const amount = { minor: 1250, currency: 'EUR' };
const key = newKey('order');

interface Tried {
  readonly simulation: Simulation;
  readonly reader: Reader;
}

async function start(): Promise<Tried> {
  const simulation = await simulate({ target: 'node' });
  return { simulation, reader: await connect(simulation, simulation) };
}

/** @returns what the till has in its hands: a status, or the code of an error */
async function paid({ simulation, reader }: Tried, fault: Fault, card = 'visa-debit'): Promise<string> {
  await simulation.inject(fault);
  simulation.tap(card);
  return statusOf(reader.pay({ amount, key }));
}

async function statusOf(result: Promise<PayResult>): Promise<string> {
  return result.then(
    ({ status }) => status,
    (error: unknown) => (error instanceof ReaderError ? `${error.code} ${error.charged}` : String(error)),
  );
}

async function taken({ simulation }: Tried): Promise<number> {
  return simulation.acquirer.charges().length;
}

/** Connects again as a till does, and asks. */
async function lookedUp({ simulation }: Tried): Promise<string> {
  await using again = await connect(simulation, simulation);
  return (await again.lookup(key)).status;
}

test.each([
  ['{"kind":"tea"}', 'whose kind is one of tear, noise'],
  ['{"kind":"tear","atApdu":-1}', 'atApdu must be a whole number from 1'],
  ['{"kind":"tear","atAdpu":2}', 'must have no other fields than'],
  ['null', 'a fault must be an object'],
])('%s is no fault, and that is said: it would prove nothing', async (text, told) => {
  const { simulation } = await start();
  await expect(simulation.inject(JSON.parse(text))).rejects.toThrow(told);
});

test('a field that is undefined is not there', async () => {
  const { simulation } = await start();
  const fault = { kind: 'tear', atApdu: 2, afterByte: undefined, lost: undefined };
  await simulation.inject(fault as unknown as Fault);
});

describe('a card', () => {
  test.each<[string, Fault]>([
    ['at a command', { kind: 'tear', atApdu: 2 }],
    ['at an answer', { kind: 'tear', atApdu: 2, lost: 'answer' }],
    ['after a byte', { kind: 'tear', afterByte: 100 }],
    ['when its time in the field is over', { kind: 'short-hold', ms: 30 }],
    ['in a field of noise', { kind: 'noise', errorsPerMillionBits: 10_000 }],
  ])('that leaves %s is torn, and pays at the next tap', async (_, fault) => {
    const tried = await start();
    expect(await paid(tried, fault)).toBe('card/torn no');
    tried.simulation.lift();
    tried.simulation.tap('visa-debit');
    expect(await statusOf(tried.reader.pay({ amount, key }))).toBe('approved');
    expect(await taken(tried)).toBe(1);
  });

  test('in a little noise its blocks are sent again, and nobody notices', async () => {
    expect(await paid(await start(), { kind: 'noise', errorsPerMillionBits: 20 })).toBe('approved');
  });

  test('that is held long enough pays', async () => {
    expect(await paid(await start(), { kind: 'short-hold', ms: 1000 })).toBe('approved');
  });

  test('that works for two seconds is waited for, and one that works for ever is not', async () => {
    const tried = await start();
    expect(await paid(tried, { kind: 'waiting-time', atApdu: 1, ms: 2000 })).toBe('approved');
    expect(tried.simulation.state().atMs).toBeGreaterThanOrEqual(2000);
    expect(await paid(await start(), { kind: 'waiting-time', atApdu: 1, ms: 60_000 })).toBe('card/torn no');
  });

  test('beside another is one too many', async () => {
    const tried = await start();
    expect(await paid(tried, { kind: 'second-card', card: 'mastercard' })).toBe('card/multiple no');
  });
});

describe('a cable', () => {
  test.each<[Extract<Fault, { kind: 'unplug' }>['at'], string, string]>([
    ['waiting', 'link/lost no', 'never-seen'],
    ['reading', 'link/lost no', 'never-seen'],
    ['before-authorisation', 'link/lost no', 'unknown'],
    ['during-authorisation', 'unknown', 'approved'],
    ['after-authorisation', 'unknown', 'approved'],
    ['result', 'unknown', 'approved'],
  ])('that is pulled %s: the till sees %s, and finds out %s', async (at, seen, found) => {
    const tried = await start();
    if (at === 'waiting') {
      await tried.simulation.inject({ kind: 'unplug', at, replugMs: 500 });
      expect(await statusOf(tried.reader.pay({ amount, key }))).toBe(seen);
    } else expect(await paid(tried, { kind: 'unplug', at: at as 'reading', replugMs: 500 })).toBe(seen);
    expect(tried.simulation.state().isPowered).toBe(false);
    expect(tried.reader.state).toBe('gone');
    await expect(connect(tried.simulation, tried.simulation)).rejects.toMatchObject({ code: 'link/denied' });
    await tried.simulation.advance(1000);
    expect(await lookedUp(tried)).toBe(found);
    expect(await taken(tried)).toBe(found === 'approved' ? 1 : 0);
  });

  test('that is pulled at a frame, whichever it is, never charges twice', async () => {
    let ends = new Set<string>();
    for (let atFrame = 1; ; atFrame += 1) {
      const tried = await start();
      const seen = await paid(tried, { kind: 'unplug', atFrame, replugMs: 0 });
      ends = ends.add(seen);
      if (seen === 'approved') break;
      await tried.simulation.advance(10);
      await using again = await connect(tried.simulation, tried.simulation);
      expect(['approved', 'unknown', 'never-seen']).toContain((await again.lookup(key)).status);
      expect(await statusOf(again.pay({ amount, key }))).toBe('approved');
      expect(await taken(tried)).toBe(1);
    }
    expect([...ends]).toEqual(['link/lost no', 'unknown', 'approved']);
  });

  test('that loses, changes or doubles frames is found out', async () => {
    const lost = await start();
    expect(await paid(lost, { kind: 'frames', does: 'drop', from: 'host' })).toMatch(/^(timeout|link\/lost) no$/);
    const changed = await start();
    expect(await paid(changed, { kind: 'frames', does: 'corrupt', from: 'host' })).toMatch(/no$/);
    expect(await taken(changed)).toBe(0);
  });
});

test('versions, transports and other programs', async () => {
  const { simulation, reader } = await start();
  await simulation.inject({ kind: 'other-program', does: 'reads' });
  expect(await statusOf(reader.pay({ amount, key }))).toBe('reader/busy no');

  const crowded = await start();
  await crowded.simulation.inject({ kind: 'other-program', does: 'takes-channels' });
  expect(await statusOf(crowded.reader.pay({ amount, key }))).toBe('link/in-use no');

  await simulation.inject({ kind: 'no-transport', why: 'unsupported-here' });
  await expect(connect(simulation, simulation)).rejects.toMatchObject({ code: 'link/unsupported-here' });
  await simulation.inject({ kind: 'version', lowest: 90, highest: 99 });
  await expect(connect(simulation, simulation)).rejects.toMatchObject({ code: 'update/required' });
});

describe('a host', () => {
  test.each<[Extract<Fault, { kind: 'acquirer' }>['does'], string, number]>([
    ['silent', 'unknown', 1],
    ['lost', 'unknown', 0],
    ['late', 'approved', 1],
    ['delayed', 'approved', 1],
    ['duplicate', 'approved', 1],
    ['wrong', 'unknown', 1],
    ['refuses', 'unknown', 0],
  ])('%s: %s, with %i charges', async (does, seen, charges) => {
    const tried = await start();
    expect(await paid(tried, { kind: 'acquirer', does, ms: 5000 })).toBe(seen);
    expect(await taken(tried)).toBe(charges);
  });

  test('that hears late is heard by nobody, and charges nevertheless', async () => {
    const tried = await start();
    expect(await paid(tried, { kind: 'acquirer', does: 'delayed', ms: 600_000 })).toBe('unknown');
    expect(await taken(tried)).toBe(0);
    await tried.simulation.advance(600_000);
    expect(await taken(tried)).toBe(1);
    expect((await tried.reader.lookup(key)).status).toBe('approved');
  });
});

test.each<[Extract<Fault, { kind: 'issuer' }>['decides'], string]>([
  ['decline', 'declined'],
  ['partial', 'declined'],
])('an issuer that decides %s: %s, once', async (decides, seen) => {
  const tried = await start();
  await tried.simulation.inject({ kind: 'issuer', of: 'coupon', decides: 'decline' });
  expect(await paid(tried, { kind: 'issuer', of: 'bank', decides })).toBe(seen);
  expect(await taken(tried)).toBe(0);
  expect(await statusOf(tried.reader.pay({ amount, key: newKey('order', 2) }))).toBe('approved');
});

test('the power fails at a write of the reader, and is back', async () => {
  const tried = await start();
  expect(await paid(tried, { kind: 'power-cut', operation: 3, how: 'torn', restoreMs: 1000 })).toBe('unknown');
  await tried.simulation.advance(1000);
  expect(await lookedUp(tried)).toBe('approved');
});

test('below the script something breaks: the reader says so', async () => {
  const tried = await start();
  expect(await paid(tried, { kind: 'reader-fault', atApdu: 3 })).toMatch(/^(reader\/fault|link\/lost) no$/);
});

test('the clock of the till is set back in the middle of a sale', async () => {
  const tried = await start();
  const before = tried.simulation.clock.now();
  await tried.simulation.inject({ kind: 'clock-jump', ms: -3_600_000 });
  expect(tried.simulation.clock.now()).toBe(before - 3_600_000);
  tried.simulation.tap('visa-debit');
  expect(await statusOf(tried.reader.pay({ amount, key }))).toBe('approved');
});

test('the store of the till fails at the call that was said', async () => {
  const { simulation } = await start();
  const { store }: { readonly store: Store } = simulation;
  await simulation.inject({ kind: 'journal', call: 'get', at: 2 });
  expect(await store.get('a')).toBeUndefined();
  await expect(store.get('a')).rejects.toThrow('the store failed at get');
  expect(await store.get('a')).toBeUndefined();
});

test('data are checked before they are a fault', () => {
  expect(readFault({ kind: 'tear', atApdu: 3 })).toEqual({ ok: true, fault: { kind: 'tear', atApdu: 3 } });
  expect(readFault({ kind: 'tear', atApdu: 0 })).toMatchObject({ ok: false, at: 'atApdu' });
  expect(readFault({ kind: 'tear', at: 1 })).toMatchObject({ ok: false });
  expect(readFault({ kind: 'fire' })).toMatchObject({
    ok: false,
    must: expect.stringContaining(Object.keys(FAULTS).join(', ')),
  });
  expect(readFault({ kind: 'acquirer' })).toMatchObject({ ok: false, at: 'does' });
});

test('two hundred readers in one process, each on its own', { timeout: 120_000 }, async () => {
  const results = await Promise.all(
    Array.from({ length: 200 }, async (_, seed) => {
      await using simulation = await simulate({ seed, target: 'node', record: false });
      await using reader = await connect(simulation, simulation);
      simulation.tap('no-oda');
      const result = await reader.pay({ amount, key });
      return `${result.status} ${reader.info.serial} ${simulation.acquirer.charges().length}`;
    }),
  );
  expect(new Set(results).size).toBe(200);
  for (const result of results) expect(result).toMatch(/^approved SIM[0-9A-F]{8} 1$/);
});
