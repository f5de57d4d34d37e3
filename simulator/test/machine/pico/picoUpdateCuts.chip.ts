/**
 * Updates of the reader image on the emulated chip, through the SDK and its USB: interrupted by power cuts at flash operations, gone on
 * with, and sold with afterwards. Every cut of an update is tried on the flash model (firmware/port/test); this is a sample of it.
 */
import { readFileSync } from 'node:fs';
import { developmentReleaseKeys, signImage } from '@comptoir/factory';
import { encodeUpdatePackage, MODEL, SLOT } from '@comptoir/protocol/image';
import { connect, keyFrom, type Reader } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { type PowerCut, type Simulation, simulate } from '../../../src/index.js';
import { FLASH_START } from '../../../src/machine/chip/memory.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';

const TIMEOUT_MS = 600_000;
const MANIFEST_BYTES = 12_288;
/** firmware/port/boards/pico/flashLayout.h */
const SLOT_OFFSETS = { A: 0x010000, B: 0x0d3000 } as const;
const NEWER = 0x00020000;
const amount = { minor: 1250, currency: 'EUR' } as const;
/** Early and late: sectors that are erased, pages of the body. */
const CUTS: readonly PowerCut[] = [
  { operation: 3, kind: 'torn' },
  { operation: 700, kind: 'clean' },
];

/** The image that was built, once more as a later version. */
function packageOf(version: number): Uint8Array {
  const keys = developmentReleaseKeys().slice(0, 2);
  return encodeUpdatePackage(
    (['A', 'B'] as const).map((slot) => {
      const body = readFileSync(repositoryFile(`firmware/port/build/pico/comptoir-${slot}.bin`) ?? '');
      const loadAddress = FLASH_START + SLOT_OFFSETS[slot] + MANIFEST_BYTES;
      return signImage(body, { slot: SLOT[slot], model: MODEL.pico, version, loadAddress, securityVersion: 1 }, keys);
    }),
  );
}

async function sells(simulation: Simulation, reader: Reader, key: string): Promise<void> {
  simulation.tap('visa-debit');
  expect(await reader.pay({ amount, key: keyFrom(key), interfaces: 'contactless' })).toMatchObject({
    status: 'approved',
  });
  simulation.lift();
}

test('an update whose power is cut goes on, runs, and sells; what was paid before is known', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using simulation = await simulate({ target: 'pico' });
  const reader = await connect(simulation, simulation);
  let isCutAwaited = false;
  let losses = 0;
  void (async () => {
    for await (const event of reader.events()) {
      if (event.type !== 'link' || event.state !== 'reconnecting' || !isCutAwaited) continue;
      // The power is back a moment later.
      isCutAwaited = false;
      losses += 1;
      await simulation.restart();
    }
  })();
  await sells(simulation, reader, 'before');
  for (const [number, cut] of CUTS.entries()) {
    const newer = packageOf(NEWER + number);
    simulation.cutPower(cut);
    isCutAwaited = true;
    expect(await reader.firmware.install(newer)).toMatchObject({
      status: 'installed',
      running: { version: `0.2.${number}`, slot: number % 2 === 0 ? 'B' : 'A' },
    });
    expect(losses).toBe(number + 1);
    await sells(simulation, reader, `after ${number}`);
  }
  expect(await reader.lookup(keyFrom('before'))).toMatchObject({ status: 'approved' });
  expect(await reader.firmware.check(packageOf(0x00010000))).toMatchObject({ status: 'refused' });
});
