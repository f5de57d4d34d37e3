/** Updates against a scripted reader: what a reader may say that no sound one does, and words that come late. */

import { developmentReleaseKeys, signImage } from '@comptoir/factory';
import { type Message, NO_BYTES, STATUS } from '@comptoir/protocol';
import {
  decodeImage,
  encodeSlotStatus,
  encodeUpdatePackage,
  type Image,
  type SlotStatus,
} from '@comptoir/protocol/image';
import { describe, expect, test } from 'vitest';
import type { InstallResult, ReaderError } from '../../src/index.js';
import { openTill, type Till } from '../sale.js';
import type { Say, ScriptOptions, Step } from '../scriptedReader.js';

const keys = developmentReleaseKeys().slice(0, 2);
const body = Uint8Array.from({ length: 5000 }, (_, index) => index >> 4);
const [old, newer] = [
  signImage(body, { slot: 0, model: 1, version: 1, loadAddress: 0 }, keys),
  signImage(body, { slot: 1, model: 1, version: 2, loadAddress: 0 }, keys),
];
const update = encodeUpdatePackage([newer]);
const CONFIRMED: SlotStatus = { slot: 0, isOnTrial: false, trialStartsLeft: 0, minSecurityVersion: 0 };

function imageOf(bytes: Uint8Array): Image {
  const decoded = decodeImage(bytes);
  if (!decoded.ok) throw new Error(decoded.refusal);
  return decoded.image;
}

const progress = (refusal: number, more: Partial<Message<'firmwareProgress'>> = {}): Message<'firmwareProgress'> => ({
  kind: 'firmwareProgress',
  refusal,
  ...more,
});
const statusOf = (image: Uint8Array, slots: SlotStatus): Step => ({
  expect: 'firmwareStatus',
  act: (say) =>
    say.answer(
      progress(0, {
        runningHeader: imageOf(image).headerBytes,
        slotStatus: encodeSlotStatus(slots),
        writtenChunks: NO_BYTES,
      }),
    ),
});
const step = (expected: Step['expect'], act: (say: Say) => void = (say) => say.answer(progress(0))): Step => ({
  expect: expected,
  act,
});
const begin = (written: number): Step =>
  step('firmwareBegin', (say) => say.answer(progress(0, { writtenChunks: Uint8Array.of(written) })));
const refusing = (expected: Step['expect'], refusal: number): Step =>
  step(expected, (say) => say.answer(progress(refusal)));
const STATUS_OLD = statusOf(old, CONFIRMED);
const chunk = step('firmwareChunk');

async function install(
  steps: readonly Step[],
  options: ScriptOptions = {},
): Promise<{ till: Till; result: InstallResult | ReaderError }> {
  const till = await openTill({ ...options, steps });
  const pending = till.reader.firmware.install(update, { timeoutMs: 60_000 }).catch((error: ReaderError) => error);
  let result: InstallResult | ReaderError | undefined;
  void pending.then((settled) => {
    result = settled;
  });
  // The package is hashed by a module that is loaded when it's needed: a matter of the machine, not of the clock.
  for (let turns = 0; result === undefined && turns < 500; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turns > 20) await till.clock.advance(1000);
  }
  return { till, result: await pending };
}

test('only what the reader has not is sent', async () => {
  const { till, result } = await install([
    STATUS_OLD,
    begin(0b011),
    chunk,
    step('firmwareFinish'),
    step('firmwareReboot', (say) => {
      say.answer(progress(0));
      say.unplug();
    }),
    statusOf(newer, { ...CONFIRMED, slot: 1 }),
  ]);
  expect(result).toMatchObject({ status: 'installed', running: { version: '0.0.2', slot: 'B' } });
  till.script.assertDrained();
  const sent = till.script.messages.filter((message) => message.kind === 'firmwareChunk');
  expect(sent).toMatchObject([{ chunk: 2, chunkLength: 904, offset: 0, piece: body.subarray(4096) }]);
});

test('another reader that answers in between is left alone', async () => {
  const serials = ['S-0001', 'S-0002', 'S-0002', 'S-0001'];
  const { till, result } = await install(
    [
      STATUS_OLD,
      begin(0b111),
      step('firmwareFinish'),
      step('firmwareReboot', (say) => say.unplug()),
      statusOf(newer, { ...CONFIRMED, slot: 1 }),
    ],
    { serial: () => serials.shift() ?? '' },
  );
  expect(result).toMatchObject({ status: 'installed' });
  expect(serials).toEqual([]);
  till.script.assertDrained();
});

test('another reader that stays there is let go, and gets nothing that comes later', async () => {
  const serials = ['S-0001'];
  const { till, result } = await install(
    [STATUS_OLD, begin(0b111), step('firmwareFinish'), step('firmwareReboot', (say) => say.unplug())],
    { serial: () => serials.shift() ?? 'S-0002' },
  );
  expect(result).toMatchObject({ code: 'update/interrupted' });
  expect([till.reader.state, till.script.isOpen()]).toEqual(['gone', false]);
  expect(await till.reader.firmware.running().catch(({ code }: ReaderError) => code)).toBe('link/lost');
  till.script.assertDrained();
});

test('a reader that is lost whenever it should finish is given up', async () => {
  const attempt = [begin(0b111), step('firmwareFinish', (say) => say.unplug())];
  const { till, result } = await install([STATUS_OLD, ...Array.from({ length: 6 }, () => attempt).flat()]);
  expect(result).toMatchObject({ code: 'update/interrupted' });
  till.script.assertDrained();
});

test('a chunk that the reader forgot half of is sent again from its start', async () => {
  const { till, result } = await install([
    STATUS_OLD,
    begin(0b101),
    chunk,
    step('firmwareChunk', (say) => say.error(STATUS.invalidSequence)),
    chunk,
    chunk,
    chunk,
    chunk,
    refusing('firmwareFinish', 20),
    STATUS_OLD,
  ]);
  expect(result).toMatchObject({ status: 'refused', reason: 'incomplete', running: { version: '0.0.1' } });
  till.script.assertDrained();
  expect(till.script.messages.map((message) => message.kind === 'firmwareChunk' && message.offset)).toEqual([
    false,
    false,
    0,
    1024,
    0,
    1024,
    2048,
    3072,
    false,
    false,
  ]);
});

test('a reader that forgets each chunk is given up', async () => {
  const forgetting = step('firmwareChunk', (say) => say.error(STATUS.invalidSequence));
  const { till, result } = await install([STATUS_OLD, begin(0), forgetting, forgetting, forgetting, forgetting]);
  expect(result).toMatchObject({ code: 'update/interrupted', charged: 'no' });
  till.script.assertDrained();
});

describe('the reader has the last word', () => {
  test.each<[string, readonly Step[], object]>([
    [
      'an unknown refusal',
      [STATUS_OLD, refusing('firmwareBegin', 99), STATUS_OLD],
      { status: 'refused', reason: 'unknown' },
    ],
    ['no slots', [step('firmwareStatus', (say) => say.error(STATUS.unsupported))], { reason: 'unsupported' }],
    ['no header', [step('firmwareStatus')], { code: 'protocol/corrupt' }],
    [
      'another message',
      [step('firmwareStatus', (say) => say.answer({ kind: 'neverSeen', key: 'k' }))],
      { code: 'protocol/corrupt' },
    ],
    [
      'flash that fails',
      [STATUS_OLD, begin(0), refusing('firmwareChunk', 22), STATUS_OLD],
      { status: 'refused', reason: 'flashFailed' },
    ],
    [
      'an open payment',
      [STATUS_OLD, step('firmwareBegin', (say) => say.error(STATUS.paymentsUndecided))],
      { code: 'reader/busy' },
    ],
  ])('%s', async (_, steps, expected) => {
    const repeats = 'code' in expected && expected.code === 'protocol/corrupt' ? 6 : 1;
    const { till, result } = await install(Array.from({ length: repeats }, () => steps).flat());
    expect(result).toMatchObject(expected);
    till.script.assertDrained();
  });

  test('new firmware that can not be kept', async () => {
    const { till, result } = await install([
      STATUS_OLD,
      begin(0b111),
      step('firmwareFinish'),
      step('firmwareReboot', (say) => say.unplug()),
      statusOf(newer, { ...CONFIRMED, slot: 1, isOnTrial: true, trialStartsLeft: 2 }),
      refusing('firmwareConfirm', 22),
    ]);
    expect(result).toMatchObject({
      status: 'refused',
      reason: 'flashFailed',
      running: { version: '0.0.2', trialStartsLeft: 2 },
    });
    till.script.assertDrained();
  });

  test('a restart that never comes: nobody knows what the new firmware is worth', async () => {
    const attempt = [step('firmwareReboot'), STATUS_OLD];
    const { till, result } = await install([
      STATUS_OLD,
      begin(0b111),
      step('firmwareFinish'),
      ...attempt,
      ...attempt,
      ...attempt,
      ...attempt,
    ]);
    expect(result).toMatchObject({ code: 'update/interrupted', charged: 'no' });
    till.script.assertDrained();
  });
});

test('a board that takes its time is waited for, and one that falls silent is not', async () => {
  const till = await openTill({ steps: [STATUS_OLD, step('firmwareStatus', () => {})] });
  const slow = till.reader.firmware.running();
  expect(await slow).toMatchObject({ version: '0.0.1' });
  const silent = till.reader.firmware.running().catch((error: ReaderError) => error);
  await till.clock.advance(9_999);
  expect(till.reader.state).toBe('busy');
  await till.clock.advance(1);
  expect(await silent).toMatchObject({ code: 'timeout' });
});
