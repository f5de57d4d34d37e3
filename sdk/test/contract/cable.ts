/** The cable is pulled and plugged in again: whenever that is, a key is charged once and its result is found. */
import assert from 'node:assert/strict';
import { connect, type DeviceChange, type DeviceTransport, newKey, type Transport } from '@comptoir/sdk';
import { PHASES, type Phase } from '@comptoir/simulator';
import { type Bench, type BenchKind, optionsOf } from './bench.js';
import { AMOUNT, approved, CARD, failsWith, till } from './sales.js';

/** What a till that comes too late is told. */
const NOT_THERE: readonly string[] = ['link/not-found', 'link/denied', 'link/lost'];

export const phases: readonly Phase[] = PHASES;

export async function pulledAt(bench: Bench, phase: Phase): Promise<void> {
  const { simulation } = bench;
  const reader = await till(bench);
  const key = newKey(`pulled-${phase}`);
  await simulation.inject({ kind: 'unplug', at: phase });
  simulation.tap(CARD);
  const seen = await Promise.resolve(reader.pay({ amount: AMOUNT, key })).then(
    ({ status }) => status,
    ({ code, charged }) => `${code} ${charged}`,
  );
  assert.ok(['link/lost no', 'unknown'].includes(seen), `pulled at ${phase}, the till sees ${seen}`);
  assert.equal(reader.state, 'gone');
  await bench.unplug();
  await failsWith(connect(bench.transport(), { ...optionsOf(bench), device: reader.info }), NOT_THERE);
  await bench.plug();
  simulation.lift();
  // The same reader, by what the till knows of it.
  const again = await connect(bench.transport(), { ...optionsOf(bench), device: reader.info });
  assert.equal(again.info.serial, reader.info.serial);
  const known = await again.lookup(key);
  assert.ok(['approved', 'unknown', 'never-seen'].includes(known.status), known.status);
  if (known.status !== 'approved') await approved(bench, again, key);
  const once = await again.lookup(key);
  assert.equal(once.status, 'approved');
  assert.deepEqual(await again.pay({ amount: AMOUNT, key }), once, 'the same key again is the same payment');
  await again.close();
}

export async function pulledIdle(bench: Bench): Promise<void> {
  const reader = await till(bench);
  const states: string[] = [];
  const told = (async () => {
    for await (const event of reader.events()) if (event.type === 'link') states.push(event.state);
  })();
  await bench.unplug();
  await told;
  assert.deepEqual(states, ['ready', 'gone']);
  await failsWith(reader.pay({ amount: AMOUNT, key: newKey('gone') }), ['link/lost']);
  await failsWith(till(bench), NOT_THERE);
  await bench.plug();
  const again = await till(bench);
  await approved(bench, again, newKey('after-replug'));
  await again.close();
}

export async function listedAndWatched(bench: Bench, kind: BenchKind): Promise<void> {
  const transport = bench.transport();
  if (!isDeviceTransport(transport)) return;
  const serial = kind.tellsSerials ? bench.simulation.serial : '';
  assert.deepEqual(
    (await transport.list()).map((device) => device.serial),
    [serial],
  );
  const stop = new AbortController();
  const changes = transport.watch({ signal: stop.signal })[Symbol.asyncIterator]();
  const next = async (): Promise<DeviceChange['type']> => ((await changes.next()).value as DeviceChange).type;
  assert.equal(await next(), 'attached');
  await bench.unplug();
  assert.equal(await next(), 'detached');
  assert.deepEqual(await transport.list(), []);
  await bench.plug();
  assert.equal(await next(), 'attached');
  stop.abort();
  assert.equal((await changes.next()).done, true);
}

function isDeviceTransport(transport: Transport): transport is DeviceTransport {
  return 'list' in transport && 'watch' in transport;
}
