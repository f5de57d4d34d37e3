/** Updates over the link, on the real session: what goes through, what is refused, and what a cut leaves behind. */

import { releaseKey, signHeader } from '@comptoir/factory';
import {
  COMMAND,
  decodeMessage,
  encodeMessage,
  type Message,
  NO_BYTES,
  PIECE_BYTES_MAX,
  STATUS,
} from '@comptoir/protocol';
import {
  BODY_BYTES_MAX,
  encodeImage,
  encodeImageHeader,
  type Image,
  REFUSAL,
  REFUSAL_MEANING,
  type RefusalName,
  refusalName,
} from '@comptoir/protocol/image';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCard } from '../../../simulator/src/index.js';
import { goodImage, startSlot } from '../../../simulator/src/machine/board/bootStage.js';
import type { SlotMemory } from '../../../simulator/src/machine/board/slotMemory.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { acquirersWord, PAYMENT, questionIn } from '../paymentMessages.js';
import { portOf } from '../portOf.js';
import { answerOf, BODY, imageOf, KEYS, newMemory, UpdatableReader } from '../updatableReader.js';

const image = imageOf();

function install(memory: SlotMemory, offered: Image = image): UpdatableReader {
  const reader = UpdatableReader.greeted(memory);
  expect([reader.begin(offered), ...reader.chunks(offered), reader.finish()].every((told) => told === 0)).toBe(true);
  return reader;
}

describe('an update', () => {
  test('goes through, restarts once its answer has left, and stays after the first INIT', () => {
    const memory = newMemory();
    const reader = install(memory);
    expect(reader.written()).toEqual([0, 1, 2, 3]);
    reader.board.room = 0;
    reader.host.send(reader.channel, COMMAND.message, Uint8Array.of(0xf4, 0));
    expect(reader.restarts).toBe(0);
    reader.board.room = 8;
    expect(answerOf(reader.host.step())).toMatchObject({ kind: 'firmwareProgress', refusal: 0 });
    reader.host.step();
    expect(reader.restarts).toBe(1);

    const second = new UpdatableReader(memory);
    expect(second.running).toBe(1);
    second.host.step();
    expect(memory.records.confirmed).toBe(0);
    second.channel = second.host.init();
    expect(memory.records).toEqual({ confirmed: 1, next: { kind: 'confirmed' }, minSecurityVersion: 0 });
    expect(new UpdatableReader(memory).running).toBe(1);
  });

  test('is shown by INFO and by STATUS', () => {
    const memory = newMemory();
    install(memory);
    const reader = new UpdatableReader(memory, { isProvisioned: false });
    reader.channel = reader.host.init();
    const info = decodeMessage(reader.host.send(reader.channel, COMMAND.info)[0]?.payload ?? NO_BYTES);
    expect(info).toMatchObject({
      message: { firmware: '0.1.1', slotStatus: Uint8Array.of(1, 1, 2, 0, 0, 0, 0, 0) },
    });
    expect(reader.status()).toMatchObject({ runningHeader: image.headerBytes, writtenChunks: NO_BYTES });
  });

  test('whose self-tests fail is not kept: three starts, then the old image', () => {
    const memory = newMemory();
    install(memory);
    const slots = [1, 2, 3, 4].map(() => {
      const reader = new UpdatableReader(memory, { isProvisioned: false });
      reader.host.init();
      return reader.running;
    });
    expect(slots).toEqual([1, 1, 1, 0]);
    expect(memory.records.next).toEqual({ kind: 'confirmed' });
  });

  test('may be confirmed in so many words; twice is once', () => {
    const memory = newMemory();
    install(memory, imageOf({ securityVersion: 7 }));
    const reader = UpdatableReader.greeted(memory);
    expect(reader.tell({ kind: 'firmwareConfirm' })).toBe(0);
    expect(reader.tell({ kind: 'firmwareConfirm' })).toBe(0);
    expect(memory.records).toMatchObject({ confirmed: 1, minSecurityVersion: 7 });
  });

  test('that the flash does not keep is confirmed again at the next INIT, and not before', () => {
    const memory = newMemory();
    install(memory);
    const reader = new UpdatableReader(memory);
    const store = reader.board.firmware;
    if (store === undefined) throw new Error('no store');
    const { confirm } = store;
    let asked = 0;
    store.confirm = () => {
      asked += 1;
      return asked === 1 ? REFUSAL.flashFailed : confirm();
    };
    reader.channel = reader.host.init();
    reader.status();
    expect([asked, memory.records.confirmed]).toEqual([1, 0]);
    reader.host.init();
    expect([asked, memory.records.confirmed]).toEqual([2, 1]);
  });

  test('whose self-tests fail is not kept by any host', () => {
    const memory = newMemory();
    install(memory, imageOf({ securityVersion: 7 }));
    const reader = new UpdatableReader(memory, { isProvisioned: false });
    reader.channel = reader.host.init();
    expect(reader.tell({ kind: 'firmwareConfirm' })).toBe(-STATUS.internalFault);
    expect(memory.records).toMatchObject({ confirmed: 0, minSecurityVersion: 0 });
  });

  test('goes on where it was after the power failed, whatever came twice', () => {
    const memory = newMemory();
    const first = UpdatableReader.greeted(memory);
    first.begin(image);
    first.chunk(0, image.chunkTable);
    first.chunk(2, BODY.subarray(4096, 8192));
    const second = UpdatableReader.greeted(memory);
    expect(second.written()).toEqual([]);
    expect(second.begin(image)).toBe(0);
    expect(second.written()).toEqual([0, 2]);
    expect(second.chunk(2, BODY.subarray(4096, 8192))).toBe(0);
    expect(second.chunk(3, BODY.subarray(8192))).toBe(0);
    expect(second.finish()).toBe(REFUSAL.incomplete);
    expect(second.chunk(1, BODY.subarray(0, 4096))).toBe(0);
    expect([second.finish(), second.finish()]).toEqual([0, 0]);
  });

  test('of another image starts afresh', () => {
    const memory = newMemory();
    const reader = install(memory);
    const other = imageOf({ version: 0x00010002 }, BODY.slice().fill(1, 0, 9000));
    expect(reader.begin(other)).toBe(0);
    expect(reader.written()).toEqual([]);
    expect(reader.chunk(1, BODY.subarray(0, 4096))).toBe(REFUSAL.chunkTableWrong);
    expect(startSlot(memory)).toBe(0);
  });
});

/** An image whose header was signed with something wrong in it. */
function wronglySigned(change: Partial<Image['header']>): Image {
  const headerBytes = encodeImageHeader({ ...image.header, ...change });
  const signatures = KEYS.slice(0, 2).map((key) => signHeader(headerBytes, key));
  const bytes = encodeImage(headerBytes, signatures, image.chunkTable, image.body);
  return { ...image, headerBytes, signedHeader: bytes.subarray(0, 512) };
}

function changed(at: number, value: number): Image {
  const signedHeader = image.signedHeader.slice();
  signedHeader[at] = value;
  return { ...image, signedHeader };
}

/** Each refusal, with the way to it. `begin` first: nothing may have been erased then. */
const WAYS: Readonly<Record<RefusalName, Image | ((reader: UpdatableReader) => number)>> = {
  malformedHeader: changed(0, 0x53),
  unknownHeaderVersion: changed(4, 2),
  wrongImageType: imageOf({ imageType: 2 }),
  wrongModel: imageOf({ model: 1 }),
  wrongHardware: imageOf({ hardwareMask: 2 }),
  wrongSlot: imageOf({ slot: 0 }),
  olderVersion: imageOf({ version: 0xffff }),
  sameVersion: imageOf({ version: 0x10000 }),
  securityVersionTooOld: image,
  wrongKeyEpoch: imageOf({ keyEpoch: 2 }),
  developmentImage: image,
  unknownKey: imageOf({}, BODY, [...KEYS.slice(0, 1), releaseKey(new Uint8Array(32).fill(9))]),
  tooFewSignatures: imageOf({}, BODY, KEYS.slice(0, 1)),
  sameSignerTwice: imageOf({}, BODY, [...KEYS.slice(1, 2), ...KEYS.slice(1, 2)]),
  badSignature: changed(256 + 79, image.signedHeader[256 + 79] === 0 ? 1 : 0),
  tooLong: wronglySigned({ bodyLength: BODY_BYTES_MAX + 1 }),
  nothingBegun: (reader) => reader.finish(),
  chunkOutOfRange: (reader) => reader.begin(image) || reader.chunk(4, BODY.subarray(0, 4096)),
  chunkHashWrong: (reader) =>
    reader.begin(image) || reader.chunk(0, image.chunkTable) || reader.chunk(2, BODY.subarray(0, 4096)),
  incomplete: (reader) => reader.begin(image) || reader.finish(),
  bodyHashWrong(reader) {
    const lying = wronglySigned({ bodySha256: new Uint8Array(32) });
    return reader.begin(lying) || reader.chunks(lying).find((told) => told !== 0) || reader.finish();
  },
  flashFailed: (reader) =>
    reader.begin(image) || reader.chunk(0, image.chunkTable) || reader.chunk(1, BODY.subarray(0, 4096)),
  notNow: image,
  chunkTableWrong: (reader) => reader.begin(image) || reader.chunk(1, BODY.subarray(0, 4096)),
};

describe('is refused', () => {
  test.each(Object.keys(WAYS) as RefusalName[])('%s', (name) => {
    const memory = newMemory();
    if (name === 'securityVersionTooOld') memory.records = { ...memory.records, minSecurityVersion: 1 };
    if (name === 'notNow') install(memory, imageOf({ slot: 1 }));
    const settings = { isProvisioned: name !== 'notNow' };
    const reader = new UpdatableReader(readerMemory(name, memory), settings);
    reader.channel = reader.host.init();
    const way = WAYS[name];
    const told = typeof way === 'function' ? way(reader) : reader.begin(way);
    expect(refusalName(told)).toBe(name);
    if (typeof way !== 'function' && name !== 'notNow') expect(memory.isAsMade).toBe(true);
    expect(goodImage(memory, reader.running)).toBeDefined();
  });

  /** A word that stays as it is; a reader that isn't for development. */
  function readerMemory(name: RefusalName, memory: SlotMemory): SlotMemory {
    if (name === 'flashFailed') {
      const { program } = memory;
      memory.program = (slot, offset, bytes) => program(slot, offset, offset === 12_288 ? bytes.map(() => 0) : bytes);
    }
    if (name === 'developmentImage') {
      const { read } = memory;
      const released = encodeImageHeader({ ...image.header, slot: 0, version: 0x10000, isDevelopment: false });
      memory.read = (slot, offset, length) => (slot === 0 && length === 256 ? released : read(slot, offset, length));
    }
    return memory;
  }

  test('the numbers are frozen', () =>
    expect(Object.values(REFUSAL)).toEqual([...Array(24).keys()].map((index) => index + 1)));

  test('each has a meaning, and an unknown number stays a number', () => {
    for (const name of Object.keys(REFUSAL) as RefusalName[]) expect(REFUSAL_MEANING[name]).not.toBe('');
    expect([refusalName(24), refusalName(25)]).toEqual(['chunkTableWrong', undefined]);
  });

  test('on a board without slots, and to a host that owes an answer', () => {
    const board = new FakeBoard();
    const host = new FakeHost(board);
    const channel = host.init();
    expect(answerOf(host.send(channel, COMMAND.message, Uint8Array.of(0xf2, 0)))).toBe(STATUS.unsupported);

    const reader = UpdatableReader.greeted(newMemory());
    reader.board.contactless = portOf(createCard('visa-debit', { seed: 1 }), 'contactless');
    const question = reader.ask(payment);
    for (const kind of ['firmwareFinish', 'firmwareReboot'] as const)
      expect(reader.tell({ kind })).toBe(-STATUS.paymentsUndecided);
    expect(reader.begin(image)).toBe(-STATUS.paymentsUndecided);
    expect(reader.chunk(0, image.chunkTable)).toBe(REFUSAL.nothingBegun);
    expect(reader.tell({ kind: 'firmwareConfirm' })).toBe(0);
    expect(reader.restarts).toBe(0);
    reader.ask(acquirersWord(questionIn(question), { responseCode: '00' }));
    expect(reader.begin(image)).toBe(0);
  });

  test('while a card is waited for', () => {
    const reader = UpdatableReader.greeted(newMemory());
    reader.board.contactless = portOf(undefined, 'contactless');
    expect(
      reader.host.send(reader.channel, COMMAND.message, encodeMessage(payment)).map(({ command }) => command),
    ).toEqual([COMMAND.keepalive]);
    expect(reader.begin(image)).toBe(-STATUS.busy);
  });
});

const payment: Message<'pay'> = { ...PAYMENT, interfaces: 2 };

describe('pieces', () => {
  const piece = (offset: number, more: Partial<Message<'firmwareChunk'>> = {}): Message<'firmwareChunk'> => ({
    kind: 'firmwareChunk',
    chunk: 1,
    chunkLength: 4096,
    offset,
    piece: BODY.subarray(offset, offset + PIECE_BYTES_MAX),
    ...more,
  });
  function begun(): UpdatableReader {
    const reader = UpdatableReader.greeted(newMemory());
    reader.begin(image);
    reader.chunk(0, image.chunkTable);
    return reader;
  }

  test.each<[string, readonly Message<'firmwareChunk'>[], readonly number[]]>([
    ['in order', [piece(0), piece(1024), piece(2048), piece(3072)], [0, 0, 0, 0]],
    ['one twice', [piece(0), piece(1024), piece(1024), piece(2048), piece(3072)], [0, 0, 0, 0, 0]],
    ['begun again', [piece(0), piece(1024), piece(0), piece(1024), piece(2048), piece(3072)], [0, 0, 0, 0, 0, 0]],
    ['one left out', [piece(0), piece(2048)], [0, -STATUS.invalidSequence]],
    ['without its start', [piece(1024)], [-STATUS.invalidSequence]],
    ['the last one twice', [piece(0), piece(1024), piece(2048), piece(3072), piece(3072)], [0, 0, 0, 0, -4]],
    ['of another chunk between', [piece(0), piece(1024, { chunk: 2 })], [0, -STATUS.invalidSequence]],
    ['of another length between', [piece(0), piece(1024, { chunkLength: 4095 })], [0, -STATUS.invalidSequence]],
    ['beyond the chunk', [piece(3073)], [-STATUS.messageRefused]],
    ['of a chunk that is too long', [piece(0, { chunkLength: 6145 })], [-STATUS.messageRefused]],
    ['of nothing', [piece(0, { piece: NO_BYTES })], [-STATUS.messageRefused]],
    ['of a chunk without bytes', [piece(0, { chunkLength: 0, piece: NO_BYTES })], [-STATUS.messageRefused]],
  ])('%s', (_, pieces, told) => {
    const reader = begun();
    expect(pieces.map((message) => reader.tell(message))).toEqual(told);
  });

  test('a half chunk is forgotten with a new begin', () => {
    const reader = begun();
    expect(reader.tell(piece(0))).toBe(0);
    expect(reader.begin(image)).toBe(0);
    expect(reader.tell(piece(1024))).toBe(-STATUS.invalidSequence);
  });

  test('a half chunk gives its memory back to a payment', () => {
    const reader = begun();
    expect(reader.tell(piece(0))).toBe(0);
    reader.ask({ ...payment, timeoutMs: 0 });
    expect(reader.tell(piece(1024))).toBe(-STATUS.invalidSequence);
  });
});

class PowerCut extends Error {}

describe('the power fails', () => {
  /** Power that ends at an operation of the flash, clean or torn. @returns how many there were so far */
  function failing(memory: SlotMemory, cutAt: number, isTorn: boolean): () => number {
    const { erase, program } = memory;
    let done = 0;
    const isCut = (): boolean => done++ === cutAt;
    memory.erase = (slot, offset) => {
      if (!isCut()) return erase(slot, offset);
      if (isTorn) program(slot, offset, new Uint8Array(4096).fill(0x5a));
      throw new PowerCut();
    };
    memory.program = (slot, offset, bytes) => {
      if (!isCut()) return program(slot, offset, bytes);
      if (isTorn) program(slot, offset, bytes.subarray(0, bytes.length >> 1));
      throw new PowerCut();
    };
    return () => done;
  }
  const whole = newMemory();
  const operations = failing(whole, -1, false);
  install(whole);

  test('never, in eleven operations', () => expect(operations()).toBe(11));

  test.each([...Array(11).keys()].flatMap((cutAt) => [false, true].map((isTorn) => ({ cutAt, isTorn }))))(
    'at operation $cutAt, torn: $isTorn; what runs is whole, and the update goes on',
    ({ cutAt, isTorn }) => {
      const memory = newMemory();
      failing(memory, cutAt, isTorn);
      expect(() => install(memory)).toThrow(PowerCut);
      expect(startSlot(memory)).toBe(0);
      const second = UpdatableReader.greeted(memory);
      const told = [second.begin(image), ...second.chunks(image), second.finish()];
      expect(told.every((refusal) => refusal === 0)).toBe(true);
      expect(startSlot(memory)).toBe(1);
    },
  );
});

test('whatever a host says, in whatever order, what runs was signed', () => {
  const images = [image, imageOf({ version: 0x00020000 }), imageOf({}, BODY, KEYS.slice(0, 1)), changed(300, 1)];
  const anyImage = fc.constantFrom(...images);
  const step = fc.oneof(
    anyImage.map((offered) => ({ kind: 'firmwareBegin', signedHeader: offered.signedHeader }) as Message),
    fc
      .record({
        offered: anyImage,
        chunk: fc.integer({ min: 0, max: 5 }),
        at: fc.integer({ min: 0, max: 4 }),
        flips: fc.boolean(),
      })
      .map(({ offered, chunk, at, flips }): Message => {
        const bytes = chunk === 0 ? offered.chunkTable : offered.body.slice((chunk - 1) * 4096, chunk * 4096);
        const piece = bytes.slice(at * 1024, (at + 1) * 1024);
        if (flips && piece.length > 0) piece[0] = (piece[0] as number) ^ 1;
        return { kind: 'firmwareChunk', chunk, chunkLength: bytes.length, offset: at * 1024, piece };
      }),
    fc.constantFrom<Message>(
      { kind: 'firmwareStatus' },
      { kind: 'firmwareFinish' },
      { kind: 'firmwareReboot' },
      { kind: 'firmwareConfirm' },
    ),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const memory = newMemory();
      const reader = UpdatableReader.greeted(memory);
      for (const message of steps) reader.tell(message);
      const slot = startSlot(memory);
      expect(slot !== undefined && goodImage(memory, slot)).toBeTruthy();
    }),
    { numRuns: 60 },
  );
});
