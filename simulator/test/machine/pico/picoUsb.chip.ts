/** Whatever a host does on the bus, the reader image still answers afterwards. `npm run test:chip` runs it. */

import { seededBytes } from '@comptoir/crypto/seed';
import { BROADCAST_CHANNEL, COMMAND, encodeFrame, STATUS } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SetupPacket, UsbGone, UsbStall } from '../../../src/machine/usb/usbTransfer.js';
import { bareHost, expectAnswers, INTERFACES, type InterfaceName, startedReader } from '../chip/chipReader.js';

const TIMEOUT_MS = 60_000;
/** Of the chip's time: the longest answer to a request takes a few milliseconds. */
const REQUEST_NANOS_MAX = 50e6;
const names: readonly InterfaceName[] = ['hid', 'vendor'];

describe('control requests', { timeout: TIMEOUT_MS }, () => {
  const byte = fc.nat({ max: 255 });
  const word = fc.nat({ max: 65_535 });
  const few = fc.nat({ max: 3 });
  /** Any bits; and, more often, those that mean something, with values that don't. */
  const anyRequest: fc.Arbitrary<SetupPacket> = fc.oneof(
    fc.record({ requestType: byte, request: byte, value: word, index: word, length: fc.nat({ max: 300 }) }),
    fc.record({
      requestType: fc.constantFrom(0x00, 0x80, 0x01, 0x81, 0x02, 0x82, 0x21, 0xa1, 0x40, 0xc0, 0x41, 0xc1, 0x03, 0x60),
      request: fc.nat({ max: 12 }),
      value: fc.oneof(few, word, fc.constantFrom(0x0100, 0x0200, 0x0300, 0x0303, 0x0f00, 0x2100, 0x2200)),
      index: fc.oneof(few, word, fc.constantFrom(0x80, 0x81, 0x01, 0x82, 0x07)),
      length: fc.oneof(few, fc.constantFrom(8, 18, 63, 64, 65, 255), fc.nat({ max: 300 })),
    }),
  );
  const isMove = ({ requestType, request }: SetupPacket): boolean =>
    (requestType & 0x60) === 0 && (request === 5 || request === 9 || request === 11);

  test('each one is answered or refused, and the reader lives', async () => {
    await using started = await startedReader();
    const { usb, chip } = started.reader;
    const { resets } = chip;
    await fc.assert(
      // Not address and configuration, which a host may set at any time: the next test does.
      fc.asyncProperty(
        anyRequest.filter((setup) => !isMove(setup)),
        async (setup) => {
          const ended = await usb
            .request(setup, seededBytes(setup.value)(setup.length), REQUEST_NANOS_MAX)
            .catch((fault: Error) => fault);
          if (ended instanceof Error) expect(ended).toBeInstanceOf(UsbStall);
        },
      ),
      { numRuns: 800, seed: 1 },
    );
    expect(chip.resets).toBe(resets);
    expect((await usb.descriptor(1, 0, 18)).length).toBe(18);
    for (const name of names) await expectAnswers(started, name);
  });

  test.each<[string, Partial<SetupPacket>]>([
    ['status, as a request out', { requestType: 0x00, request: 0, length: 2 }],
    ['status of an endpoint, as a request out', { requestType: 0x02, request: 0, index: 0x81, length: 2 }],
    ['a descriptor, as a request out', { requestType: 0x00, request: 6, value: 0x0100, length: 18 }],
    ['configuration, as a request out', { requestType: 0x00, request: 8, length: 1 }],
    ['alternate setting, as a request out', { requestType: 0x01, request: 10, length: 1 }],
    ['a feature, with data', { requestType: 0x02, request: 3, index: 0x01, length: 8 }],
    ['a feature, as a request in', { requestType: 0x82, request: 1, index: 0x01, length: 8 }],
    ['configuration set, with data', { requestType: 0x00, request: 9, value: 1, length: 4 }],
    ['HID idle, with data', { requestType: 0x21, request: 10, length: 1 }],
    ['a HID report, as a request out', { requestType: 0x21, request: 9, value: 0x0200, length: 64 }],
  ])('%s: refused', async (_, setup) => {
    await using started = await startedReader();
    const { usb } = started.reader;
    const whole = { requestType: 0, request: 0, value: 0, index: 0, length: 0, ...setup };
    await expect(usb.request(whole, new Uint8Array(whole.length), REQUEST_NANOS_MAX)).rejects.toThrowError(UsbStall);
    expect((await usb.descriptor(1, 0, 18)).length).toBe(18);
  });

  test('addresses, configurations and settings as a host pleases; enumerated, it answers', async () => {
    await using started = await startedReader();
    const { usb, chip } = started.reader;
    const { resets } = chip;
    await fc.assert(
      fc.asyncProperty(fc.array(anyRequest.filter(isMove), { minLength: 1, maxLength: 6 }), async (setups) => {
        for (const setup of setups)
          await usb.request(setup, new Uint8Array(setup.length), REQUEST_NANOS_MAX).catch(() => undefined);
        const { configuration } = await usb.enumerate();
        expect(configuration.interfaces.length).toBe(2);
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(chip.resets).toBe(resets);
    usb.unplug();
    usb.plug();
    await started.clock.sleep(500);
    for (const name of names) await expectAnswers(started, name);
  });

  test('a request given up at any moment, for another one', async () => {
    await using started = await startedReader();
    const { usb, clock } = { usb: started.reader.usb, clock: started.clock };
    for (let microseconds = 0; microseconds < 1_500; microseconds += 50) {
      const late = usb
        .request({ requestType: 0x80, request: 6, value: 0x0200, index: 0, length: 255 }, undefined, microseconds * 1e3)
        .catch(() => undefined);
      await late;
      expect((await usb.descriptor(1, 0, 18)).length).toBe(18);
      await clock.sleep(1);
    }
    await expectAnswers(started);
  });
});

describe('reports', { timeout: TIMEOUT_MS }, () => {
  test.each(names)('of any length and content, a zero-length one included [%s]', async (name) => {
    await using started = await startedReader();
    const { usb, chip } = started.reader;
    const { resets } = chip;
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ minLength: 64, maxLength: 64 }));
    await fc.assert(
      fc.asyncProperty(bytes, async (report) => {
        await usb.transferOut(INTERFACES[name], report).done;
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(chip.resets).toBe(resets);
    for (const each of names) await expectAnswers(started, each);
  });

  test('frames out of order, on a channel of nobody, too long, unknown', async () => {
    await using started = await startedReader();
    const channel = await expectAnswers(started);
    const host = bareHost(started, 'hid');
    const ping = encodeFrame({ channel, command: COMMAND.ping, payload: new Uint8Array(200) });
    const errorAfter = async (...reports: readonly (Uint8Array | undefined)[]): Promise<number | undefined> => {
      for (const report of reports) if (report !== undefined) host.send(report);
      const { command, payload } = await host.frame();
      return command === COMMAND.error ? payload[0] : undefined;
    };
    expect(await errorAfter(ping[0], ping[2])).toBe(STATUS.invalidSequence);
    expect(await errorAfter(ping[0], ping[1], ping[1])).toBe(STATUS.invalidSequence);
    const [stray] = encodeFrame({ channel: channel ^ 0x5a5a5a5a, command: COMMAND.ping, payload: new Uint8Array(0) });
    expect(await errorAfter(stray)).toBe(STATUS.invalidChannel);
    expect(await errorAfter(ping[0]?.with(5, 0xff))).toBe(STATUS.invalidLength);
    const [unknown] = encodeFrame({ channel, command: 0x2a, payload: new Uint8Array(0) });
    expect(await errorAfter(unknown)).toBe(STATUS.unknownCommand);
    // Begun and left.
    if (ping[0] !== undefined) host.send(ping[0]);
    const { command, payload } = await host.frame();
    expect([command, payload[0]]).toEqual([COMMAND.error, STATUS.timeout]);
    await expectAnswers(started);
  });

  test('on both interfaces at once: each gets its own', async () => {
    await using started = await startedReader();
    const ends = [];
    for (const name of names) {
      const channel = await expectAnswers(started, name);
      ends.push({ channel, host: bareHost(started, name) });
    }
    for (let round = 0; round < 10; round += 1) {
      const pings = ends.map(({ channel }, at) => ({
        channel,
        command: COMMAND.ping,
        payload: seededBytes(`${round}/${at}`)(50),
      }));
      for (const [at, ping] of pings.entries()) ends[at]?.host.sendFrame(ping);
      for (const [at, ping] of pings.entries()) expect(await ends[at]?.host.frame()).toEqual(ping);
    }
  });
});

describe('the bus', { timeout: TIMEOUT_MS }, () => {
  test('reset in the middle of a report and of a message, at any report', async () => {
    await using started = await startedReader();
    const { usb } = started.reader;
    for (let sent = 1; sent <= 4; sent += 1) {
      const channel = await expectAnswers(started);
      const host = bareHost(started, 'hid');
      const reports = encodeFrame({ channel, command: COMMAND.ping, payload: new Uint8Array(250) }).slice(0, sent);
      for (const report of reports.slice(0, -1)) await host.send(report).done;
      const cut = host.send(reports.at(-1) ?? new Uint8Array(64));
      const enumerated = usb.enumerate();
      await expect(cut.done).rejects.toThrowError(UsbGone);
      expect((await enumerated).configuration.interfaces.length).toBe(2);
      usb.unplug();
      usb.plug();
      await started.clock.sleep(500);
    }
    for (const name of names) await expectAnswers(started, name);
  });

  test('suspended for long, then resumed: what the host then sends is answered', async () => {
    await using started = await startedReader();
    const { usb, chip } = started.reader;
    const { resets } = chip;
    const channel = await expectAnswers(started);
    const host = bareHost(started, 'hid');
    for (const ms of [3, 100, 5_000]) {
      usb.bus.suspend();
      await started.clock.sleep(ms);
      usb.bus.resume();
      const ping = { channel, command: COMMAND.ping, payload: seededBytes(ms)(100) };
      host.sendFrame(ping);
      expect(await host.frame()).toEqual(ping);
    }
    expect(chip.resets).toBe(resets);
  });

  test('suspended in the middle of an answer: the rest comes when it is resumed', async () => {
    await using started = await startedReader();
    const { usb } = started.reader;
    const channel = await expectAnswers(started);
    const host = bareHost(started, 'hid');
    const ping = { channel, command: COMMAND.ping, payload: seededBytes('long')(1_000) };
    host.sendFrame(ping);
    await started.clock.sleep(40);
    usb.bus.suspend();
    await started.clock.sleep(50);
    usb.bus.resume();
    expect(await host.frame()).toEqual(ping);
  });

  test('the cable out and in: the same reader, with new channels', async () => {
    await using started = await startedReader();
    const { usb, chip } = started.reader;
    const { resets } = chip;
    for (let round = 0; round < 5; round += 1) {
      const channel = await expectAnswers(started);
      bareHost(started, 'hid').sendFrame({ channel, command: COMMAND.ping, payload: new Uint8Array(1_000) });
      await started.clock.sleep(7 * round);
      usb.unplug();
      await started.clock.sleep(40);
      usb.plug();
      await started.clock.sleep(500);
    }
    await expectAnswers(started, 'vendor');
    expect(chip.resets).toBe(resets);
  });

  test('a reset of the chip: it comes back by itself', async () => {
    await using started = await startedReader();
    started.reader.chip.reset();
    // It's on its bus from the start, and answers the host between its self-tests.
    await started.clock.sleep(6_000);
    await expectAnswers(started);
  });
});

// Three starts, from power on, where none was kept.
describe('many chips', { timeout: 5 * TIMEOUT_MS }, () => {
  test('in one process, none disturbs the other; the same seed gives the same bytes at the same times', async () => {
    const readers = await Promise.all([1, 2, 1, 3, 1, 2].map((seed) => startedReader(seed)));
    const told = await Promise.all(
      readers.map(async (started) => {
        const host = bareHost(started, 'hid');
        host.sendFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: new Uint8Array(8) });
        const { payload } = await host.frame();
        return { answer: Buffer.from(payload).toString('hex'), nanos: started.reader.chip.nanos() };
      }),
    );
    for (const started of readers) started.reader.stop();
    expect(told[2]).toEqual(told[0]);
    expect(told[4]).toEqual(told[0]);
    expect(told[5]).toEqual(told[1]);
    expect(new Set(told.map(({ answer }) => answer)).size).toBe(3);
  });
});
