/** Updates of the reader image on the emulated chip: by the SDK, over its USB, into its flash. */
import { readFileSync } from 'node:fs';
import { developmentReleaseKeys, type ReleaseKey, releaseKey, signImage } from '@comptoir/factory';
import { decodeUpdatePackage, encodeUpdatePackage } from '@comptoir/protocol/image';
import { connect, newKey, type Reader } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/simulation/simulate.js';

const TIMEOUT_MS = 900_000;
const KEYS = developmentReleaseKeys().slice(0, 2);
const built = new Uint8Array(
  readFileSync(new URL('../../../../firmware/port/build/pico/comptoir.update', import.meta.url)),
);

/** What the build made, as a later version. */
function later(
  by: number,
  change: (body: Uint8Array) => Uint8Array = (body) => body,
  keys: readonly ReleaseKey[] = KEYS,
): Uint8Array {
  const decoded = decodeUpdatePackage(built);
  if (!decoded.ok) throw new Error(decoded.fault);
  return encodeUpdatePackage(
    decoded.images.map(({ header, body }) =>
      signImage(change(body), { ...header, version: header.version + by }, keys),
    ),
  );
}

async function start(): Promise<{ simulation: Simulation; reader: Reader }> {
  const simulation = await simulate({ target: 'pico', record: false });
  return { simulation, reader: await connect(simulation, simulation) };
}

describe('on the chip', { timeout: TIMEOUT_MS }, () => {
  test('an update goes to the other slot, is confirmed, and the reader sells with it', async () => {
    const { simulation, reader } = await start();
    expect(await reader.firmware.running()).toMatchObject({ version: '0.1.0', slot: 'A', isDevelopment: true });
    expect(await reader.firmware.install(later(1))).toMatchObject({
      status: 'installed',
      running: { version: '0.1.1', slot: 'B' },
    });
    simulation.tap('visa-debit');
    const amount = { minor: 1250, currency: 'EUR' };
    expect(await reader.pay({ amount, key: newKey('order'), interfaces: 'contactless' })).toMatchObject({
      status: 'approved',
    });
    await simulation.restart();
    const again = await connect(simulation, simulation);
    expect(again.info.firmware).toBe('0.1.1');
    await simulation.close();
  });

  test('the power fails on the way: it goes on where it was', async () => {
    const { simulation, reader } = await start();
    let cuts = 0;
    const sizes: number[] = [];
    const result = await reader.firmware.install(later(1), {
      onProgress: ({ phase, bytes, totalBytes }) => {
        if (phase !== 'write') return;
        sizes.push(bytes);
        if (cuts === 2 || bytes < ((cuts + 1) * totalBytes) / 3) return;
        cuts += 1;
        void simulation.restart();
      },
    });
    expect(result).toMatchObject({ status: 'installed', running: { version: '0.1.1' } });
    expect(cuts).toBe(2);
    await simulation.close();
  });

  test('an image that can not start gives way to the old one', async () => {
    const { simulation, reader } = await start();
    const broken = later(1, (body) => {
      const changed = body.slice();
      changed.fill(0xff, 0, 4096);
      return changed;
    });
    expect(await reader.firmware.install(broken, { timeoutMs: 120_000 })).toMatchObject({
      status: 'returned',
      running: { version: '0.1.0', slot: 'A' },
    });
    await simulation.close();
  });

  test('what was not signed by two is refused before anything is erased', async () => {
    const { simulation, reader } = await start();
    const stranger = releaseKey(new Uint8Array(32).fill(9));
    for (const [keys, reason] of [
      [KEYS.slice(0, 1), 'tooFewSignatures'],
      [[...KEYS.slice(0, 1), ...KEYS.slice(0, 1)], 'sameSignerTwice'],
      [[...KEYS.slice(0, 1), stranger], 'unknownKey'],
    ] as const)
      expect(await reader.firmware.install(later(1, undefined, keys))).toMatchObject({ status: 'refused', reason });
    expect(await reader.firmware.running()).toMatchObject({ version: '0.1.0', slot: 'A' });
    await simulation.close();
  });
});
