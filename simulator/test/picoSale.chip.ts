/** The reader image of the Pico on the emulated chip: sales, and a USB host that behaves badly. */
import { connect, newKey, ReaderError } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { developmentProvision } from '../src/board/provision.js';
import { createCard } from '../src/cards/catalogue.js';
import { tornCard } from '../src/cards/tornCard.js';
import { UsbTimeout } from '../src/chip/usbHost.js';
import { createVirtualClock } from '../src/clock.js';
import { developmentConfiguration } from '../src/configuration.js';
import { createTestPki } from '../src/pki/testPki.js';
import { seededBytes } from '../src/seed.js';
import { simulate } from '../src/simulate.js';
import { loadPicoImage } from '../src/targets/picoImages.js';
import { createPicoReader, type PicoReader } from '../src/targets/picoReader.js';

const amount = { minor: 1250, currency: 'EUR' };
const TIMEOUT_MS = 600_000;

async function started(): Promise<{
  readonly reader: PicoReader;
  readonly clock: ReturnType<typeof createVirtualClock>;
}> {
  const clock = createVirtualClock();
  const serial = 'PICO0001';
  const reader = createPicoReader({
    image: loadPicoImage('comptoir'),
    clock,
    serial,
    configuration: developmentConfiguration(createTestPki()),
    provision: developmentProvision(1, serial),
  });
  await reader.start();
  return { reader, clock };
}

describe('a sale on the chip', { timeout: TIMEOUT_MS }, () => {
  test.each(['visa-debit', 'mastercard', 'declined-offline'])('%s ends as it does on node', async (card) => {
    const results = [];
    for (const target of ['node', 'pico'] as const) {
      await using simulation = await simulate({ seed: 5, target });
      await using reader = await connect(simulation, simulation);
      simulation.tap(card);
      const result = await reader.pay({ amount, key: newKey('order'), interfaces: 'contactless' });
      const { token, masked } = 'payment' in result ? result.payment : {};
      results.push({
        status: result.status,
        token,
        masked,
        steps: simulation.steps().map(({ name }) => name),
      });
    }
    expect(results[1]).toEqual(results[0]);
  });

  test('the same seed gives the same reports at the same times', async () => {
    const transcripts = [];
    for (let run = 0; run < 2; run += 1) {
      await using simulation = await simulate({ seed: 9, target: 'pico' });
      await using reader = await connect(simulation, simulation);
      simulation.tap('visa-debit');
      await reader.pay({ amount, key: newKey('order'), interfaces: 'contactless' });
      transcripts.push(simulation.transcript());
    }
    expect(transcripts[1]).toEqual(transcripts[0]);
  });

  test('a card pulled at each APDU is told as such, and charged nothing', async () => {
    await using simulation = await simulate({ target: 'pico' });
    await using reader = await connect(simulation, simulation);
    for (let atApdu = 1; ; atApdu += 1) {
      simulation.tap(tornCard(createCard('visa-debit', { seed: 1 }), atApdu));
      const ended = await reader.pay({ amount, key: newKey(`order-${atApdu}`), interfaces: 'contactless' }).then(
        (result) => result.status,
        (error: unknown) => (error instanceof ReaderError ? error.code : Promise.reject(error)),
      );
      simulation.lift();
      if (ended === 'approved') break;
      expect(ended).toBe('card/torn');
      expect(simulation.host.charges()).toEqual([]);
    }
  });

  test('power off in the middle of a sale: the till is told that the reader is gone', async () => {
    await using simulation = await simulate({ target: 'pico' });
    const reader = await connect(simulation, simulation);
    const paid = reader
      .pay({ amount, key: newKey('order'), interfaces: 'contactless' })
      .catch((error: unknown) => error);
    await simulation.clock.sleep(100);
    await simulation.close();
    expect(await paid).toBeInstanceOf(ReaderError);
  });
});

describe('the USB device of the chip', { timeout: TIMEOUT_MS }, () => {
  test('survives any control request, and still sells', async () => {
    const { reader } = await started();
    const { resets } = reader.chip;
    let timeouts = 0;
    const byte = fc.nat({ max: 255 });
    const word = fc.nat({ max: 65_535 });
    // Not SET_ADDRESS and SET_CONFIGURATION, which a host may do at any time, and which then are no wonder.
    const request = fc
      .record({ requestType: byte, request: byte, value: word, index: word, length: fc.nat({ max: 300 }) })
      .filter((setup) => (setup.requestType & 0x7f) !== 0 || (setup.request !== 5 && setup.request !== 9));
    await fc.assert(
      fc.asyncProperty(request, async (setup) => {
        const ended = await reader.usb
          .request(setup, new Uint8Array(setup.length), 50e6)
          .catch((fault: Error) => fault);
        if (ended instanceof UsbTimeout) timeouts += 1;
        expect(reader.chip.resets).toBe(resets);
      }),
      { numRuns: 300, seed: 1 },
    );
    // Some make no sense in their data stage, and the device says neither yes nor no; most are refused.
    expect(timeouts).toBeLessThan(30);
    expect((await reader.usb.descriptor(1, 0, 18)).length).toBe(18);
    reader.stop();
  });

  test('takes reports of any length, a zero-length one included', async () => {
    const { reader, clock } = await started();
    const { resets } = reader.chip;
    for (const length of [0, 1, 7, 63, 64]) {
      await reader.usb.transferOut(1, seededBytes(`report ${length}`)(64).subarray(0, length)).done;
      await clock.sleep(5);
    }
    expect(reader.chip.resets).toBe(resets);
    const till = await connect(memory(reader.port), { clock, random: seededBytes('till'), host: noHost });
    expect(till.state).toBe('ready');
    reader.stop();
  });

  test('comes back after a bus reset and after a reset of the chip', async () => {
    const { reader, clock } = await started();
    reader.chip.reset();
    await clock.sleep(2_000);
    const till = await connect(memory(reader.port), { clock, random: seededBytes('till'), host: noHost });
    expect(till.state).toBe('ready');
    reader.stop();
  });
});

const noHost = {
  authorise: () => Promise.reject(new Error('nothing is authorised here')),
  status: () => Promise.resolve(null),
};
