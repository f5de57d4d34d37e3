import type { ReportHandlers } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import type { Card } from '../../src/machine/card.js';
import { createManualClock, type ManualClock } from '../../src/machine/clock.js';
import { createSimulatedReader, type SimulatedReader } from '../../src/machine/reader.js';
import { findTarget, targetNames } from '../../src/machine/targets/targets.js';

/** Echoes reports, three times each; FF ends it; 01 shows a prompt, 02 asks the card, 03 tells the time every 10 ms. */
const script = `
  const waiting = [];
  let everyMs = Infinity;
  board.start(() => {
    for (let r = board.host.receiveReport(); r !== undefined; r = board.host.receiveReport()) {
      if (r[0] === 255) throw new Error('told to end');
      if (r[0] === 1) board.display.show(r[1]);
      if (r[0] === 2) { board.contactless.poll(); board.contactless.transmit(r.subarray(1, 5)); }
      if (r[0] === 3) everyMs = 10;
      if (r[0] === 9) waiting.push(r, r, r);
    }
    const answer = board.contactless.receive();
    if (answer !== undefined) { const r = new Uint8Array(64); r[0] = 2; r.set(answer, 1); waiting.push(r); }
    if (everyMs === 10) { const r = new Uint8Array(64); r[0] = 3; r[1] = board.clock.uptimeMs(); waiting.push(r); }
    while (waiting.length > 0 && board.host.sendReport(waiting[0])) waiting.shift();
    return everyMs;
  });`;

const report = (...first: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(64);
  bytes.set(first);
  return bytes;
};

interface Host extends ReportHandlers {
  readonly got: Uint8Array[];
  isClosed: boolean;
}
function host(): Host {
  const got: Uint8Array[] = [];
  const made: Host = {
    got,
    isClosed: false,
    report: (bytes) => void got.push(bytes),
    closed: () => {
      made.isClosed = true;
    },
  };
  return made;
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each(targetNames)('simulated reader on %s', (name) => {
  async function started(
    prompted: number[] = [],
  ): Promise<{ readonly reader: SimulatedReader; readonly clock: ManualClock }> {
    const clock = createManualClock();
    const reader = createSimulatedReader({
      firmware: { script, sha256: '' },
      target: findTarget(name),
      clock,
      serial: 'TEST1',
      configuration: new Uint8Array(0),
      provision: () => ({ keys: [], roleKeys: [], random: (length) => new Uint8Array(length) }),
      prompted: (prompt) => prompted.push(prompt),
    });
    await reader.start();
    return { reader, clock };
  }

  test('every host gets every report, more than the endpoint holds at once', async () => {
    const { reader } = await started();
    const [first, second] = [host(), host()];
    const connection = reader.port.open(first);
    reader.port.open(second);
    for (let i = 0; i < 10; i += 1) connection.send(report(9, i));
    await settled();
    expect(first.got.map((bytes) => bytes[1])).toEqual(Array.from({ length: 30 }, (_, i) => Math.floor(i / 3)));
    expect(second.got).toEqual(first.got);
    connection.close();
    connection.send(report(9, 77));
    await settled();
    expect([first.got.length, second.got.length]).toEqual([30, 33]);
    reader.stop();
  });

  test('a card answers, and prompts are told once', async () => {
    const prompted: number[] = [];
    const { reader } = await started(prompted);
    const asked: Uint8Array[] = [];
    const card: Card = {
      name: 'a card',
      interface: 'contactless',
      powerOn: () => undefined,
      transmit: (command) => {
        asked.push(command);
        return Uint8Array.of(0x90, 0);
      },
      powerOff: () => undefined,
    };
    const one = host();
    const connection = reader.port.open(one);
    reader.contactless.put(card);
    connection.send(report(2, 0, 0xa4, 4, 0));
    connection.send(report(1, 5));
    connection.send(report(1, 5));
    await settled();
    expect(asked).toEqual([Uint8Array.of(0, 0xa4, 4, 0)]);
    expect(one.got).toEqual([report(2, 0x90, 0)]);
    expect(prompted).toEqual([5]);
    reader.stop();
  });

  test('it is stepped when the time that it asked for is over', async () => {
    const { reader, clock } = await started();
    const one = host();
    reader.port.open(one).send(report(3));
    await clock.advance(35);
    expect(one.got.map((bytes) => bytes[1])).toEqual([0, 10, 20, 30]);
    reader.stop();
    await clock.advance(100);
    expect(one.got.length).toBe(4);
  });

  test('a fault ends it with a clear error, and it starts again', async () => {
    const { reader } = await started();
    const one = host();
    const connection = reader.port.open(one);
    connection.send(report(255));
    await settled();
    expect(one.isClosed).toBe(true);
    expect(reader.fault()).toMatchObject({
      message: 'the firmware ended with a fault',
      cause: { message: 'told to end' },
    });
    expect(() => connection.send(report(9))).toThrow('no power');
    expect(() => reader.port.open(host())).toThrow(expect.objectContaining({ code: 'link/denied' }));

    await reader.start();
    expect(reader.fault()).toBeUndefined();
    const two = host();
    reader.port.open(two).send(report(9));
    await settled();
    expect(two.got.length).toBe(3);
    reader.stop();
    reader.stop();
    expect(two.isClosed).toBe(true);
  });
});

test('a text that does not start is refused', async () => {
  const reader = createSimulatedReader({
    firmware: { script: '1 + 1', sha256: '' },
    target: findTarget('node'),
    clock: createManualClock(),
    serial: 'TEST1',
    configuration: new Uint8Array(0),
    provision: () => ({ keys: [], roleKeys: [], random: (length) => new Uint8Array(length) }),
  });
  await expect(reader.start()).rejects.toThrow('did not call board.start');
});
