/**
 * What boot stage and slots take and refuse, one step after the other, on the flash model laid out as on the Pico. The board in
 * software, which the simulator has, is asked the same and must say the same.
 */

import { readFileSync } from 'node:fs';
import { developmentReleaseKeys, type ReleaseKey, releaseKey } from '@comptoir/factory';
import { CHUNK_BYTES, REFUSAL, type RefusalName } from '@comptoir/protocol/image';
import { afterEach, describe, expect, test } from 'vitest';
import { createFirmwareSlots } from '../../../../simulator/src/machine/board/firmwareSlots.js';
import { createSlotMemory } from '../../../../simulator/src/machine/board/slotMemory.js';
import { type ChildExchange, startChild } from '../childExchange.js';
import { twinProgram } from '../hostTarget.js';
import { flashLayout, madeImage } from './releaseImages.js';

const layout = flashLayout();
const SIGNED_HEADER_BYTES = 512;
const CHUNK_TABLE_OFFSET = 4096;
const MANIFEST_BYTES = 12_288;
const keys = developmentReleaseKeys();

let child: ChildExchange | undefined;
afterEach(async () => {
  if (child !== undefined) expect(await child.end()).toEqual({ code: 0, said: '' });
  child = undefined;
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A reader that the programmer has put images into, and that was started once. */
function reader(a: Buffer | undefined, b?: Buffer, kind: 'host' | 'host-sanitized' = 'host') {
  const program = startChild(twinProgram(kind, 'bootCommands'));
  child = program;
  program.readLine();
  const ask = (line: string): string => {
    program.write(Buffer.from(`${line}\n`));
    return program.readLine();
  };
  /** @returns the name of the refusal, and how often the flash was erased or programmed */
  const change = (line: string): { readonly refusal: RefusalName | undefined; readonly operations: number } => {
    const [number, operations] = ask(line).split(' ').map(Number);
    const found = Object.entries(REFUSAL).find(([, value]) => value === number);
    return { refusal: found?.[0] as RefusalName | undefined, operations: operations ?? -1 };
  };
  if (a !== undefined) ask(`load 0 ${hex(a)}`);
  if (b !== undefined) ask(`load 1 ${hex(b)}`);
  const all = {
    ask,
    boot: () => ask('boot'),
    begin: (image: Buffer) => change(`begin ${hex(image.subarray(0, SIGNED_HEADER_BYTES)) || '-'}`),
    write: (chunk: number, bytes: Uint8Array) => change(`write ${chunk} ${hex(bytes) || '-'}`),
    finish: () => change('finish'),
    confirm: () => change('confirm'),
    /** All chunks, the table first. */
    writeAll(image: Buffer) {
      for (const [chunk, bytes] of chunksOf(image).entries()) expect(all.write(chunk, bytes).refusal).toBeUndefined();
    },
    update(image: Buffer) {
      expect(all.begin(image).refusal).toBeUndefined();
      all.writeAll(image);
      expect(all.finish().refusal).toBeUndefined();
    },
  };
  return all;
}

/** The table, then the body's. */
function chunksOf(image: Buffer): Buffer[] {
  const body = image.subarray(MANIFEST_BYTES);
  const count = Math.ceil(body.length / CHUNK_BYTES);
  const table = image.subarray(CHUNK_TABLE_OFFSET, CHUNK_TABLE_OFFSET + count * 32);
  return [table, ...Array.from({ length: count }, (_, at) => body.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES))];
}

/** What the board in software says. */
function refusalInSoftware(running: Buffer, offered: Uint8Array): number {
  const memory = createSlotMemory(() => running);
  memory.records = { ...memory.records, minSecurityVersion: 1 };
  const header = running.subarray(0, 256);
  const refused = createFirmwareSlots({
    memory,
    running: 0,
    runningHeader: () => header,
    restart: () => undefined,
  }).begin(offered);
  expect(memory.isAsMade || refused === 0).toBe(true);
  return refused;
}

const one = madeImage({ in: 'A', major: 1 });

describe('an image that is offered', () => {
  const stranger: ReleaseKey = releaseKey(Buffer.alloc(32, 7));
  const [first, second, third] = keys as readonly [ReleaseKey, ReleaseKey, ReleaseKey];
  const spoilt = (change: (bytes: Buffer) => void): Buffer => {
    const image = Buffer.from(madeImage({ in: 'B', major: 2 }));
    change(image);
    return image;
  };
  test.each<readonly [string, RefusalName | undefined, () => Buffer]>([
    ['newer, signed by two', undefined, () => madeImage({ in: 'B', major: 2 })],
    ['signed by the others', undefined, () => madeImage({ in: 'B', major: 2, signers: [third, second] })],
    ['signed by all three', undefined, () => madeImage({ in: 'B', major: 2, signers: keys })],
    ['truncated', 'malformedHeader', () => madeImage({ in: 'B', major: 2 }).subarray(0, 511)],
    ['empty', 'malformedHeader', () => Buffer.alloc(0)],
    ['with another magic', 'malformedHeader', () => spoilt((bytes) => bytes.writeUInt8(0x53, 0))],
    ['of header version 2', 'unknownHeaderVersion', () => spoilt((bytes) => bytes.writeUInt8(2, 4))],
    ['with an unknown flag', 'malformedHeader', () => spoilt((bytes) => bytes.writeUInt8(3, 6))],
    ['with something in a reserved byte', 'malformedHeader', () => spoilt((bytes) => bytes.writeUInt8(1, 255))],
    ['of no body', 'tooLong', () => spoilt((bytes) => bytes.writeUInt32LE(0, 28))],
    ['of a byte too many', 'tooLong', () => spoilt((bytes) => bytes.writeUInt32LE(768 * 1024 + 1, 28))],
    ['for a card', 'wrongImageType', () => madeImage({ in: 'B', major: 2, imageType: 2 })],
    ['for another model', 'wrongModel', () => madeImage({ in: 'B', major: 2, model: 2 })],
    ['for other hardware', 'wrongHardware', () => madeImage({ in: 'B', major: 2, hardwareMask: 2 })],
    ['linked for the slot that runs', 'wrongSlot', () => madeImage({ in: 'A', major: 2 })],
    ['with keys of another epoch', 'wrongKeyEpoch', () => madeImage({ in: 'B', major: 2, keyEpoch: 2 })],
    ['older', 'olderVersion', () => madeImage({ in: 'B', major: 0 })],
    ['of the same version', 'sameVersion', () => madeImage({ in: 'B', major: 1 })],
    [
      'newer, of an older security version',
      'securityVersionTooOld',
      () => madeImage({ in: 'B', major: 2, securityVersion: 0 }),
    ],
    ['not signed', 'tooFewSignatures', () => madeImage({ in: 'B', major: 2, signers: [] })],
    ['signed by one of three', 'tooFewSignatures', () => madeImage({ in: 'B', major: 2, signers: [first] })],
    ['signed by the same twice', 'sameSignerTwice', () => madeImage({ in: 'B', major: 2, signers: [first, first] })],
    ['signed by a stranger', 'unknownKey', () => madeImage({ in: 'B', major: 2, signers: [first, stranger] })],
    [
      'signed by two, and a stranger',
      'unknownKey',
      () => madeImage({ in: 'B', major: 2, signers: [first, second, stranger] }),
    ],
    ['signed under another name', 'badSignature', () => spoilt((bytes) => bytes.set(third.id, 256))],
    ['with r of zero', 'badSignature', () => spoilt((bytes) => bytes.fill(0, 256 + 16, 256 + 48))],
    ['with s above the order', 'badSignature', () => spoilt((bytes) => bytes.fill(0xff, 256 + 48, 256 + 80))],
  ])('%s: %s', (_, wanted, make) => {
    const offered = make();
    const pico = reader(one);
    expect(pico.boot()).toBe('A');
    const { refusal, operations } = pico.begin(offered);
    expect(refusal).toBe(wanted);
    if (wanted !== undefined) expect(operations).toBe(0);
    expect(refusalInSoftware(one, offered.subarray(0, SIGNED_HEADER_BYTES))).toBe(
      wanted === undefined ? 0 : REFUSAL[wanted],
    );
  });

  test('linked for the slot, but for another address', () => {
    const pico = reader(one);
    pico.boot();
    expect(pico.begin(madeImage({ in: 'B', major: 2, loadAddress: 0x10000000 }))).toEqual({
      refusal: 'wrongSlot',
      operations: 0,
    });
  });

  test('with any single bit of header and signatures turned: refused before anything is erased, and for the same reason', () => {
    const offered = madeImage({ in: 'B', major: 2, signers: keys }).subarray(0, SIGNED_HEADER_BYTES);
    const pico = reader(one);
    pico.boot();
    const answers = pico
      .ask(`flips ${hex(offered)}`)
      .split(' ')
      .map(Number);
    expect(answers.pop()).toBe(0);
    expect(answers.length).toBe(8 * SIGNED_HEADER_BYTES);
    expect(answers.filter((refusal) => refusal === 0)).toEqual([]);
    const differences: string[] = [];
    for (const [bit, refusal] of answers.entries()) {
      const turned = Buffer.from(offered);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      // A check of a signature takes longest: of those that fail by it every eighth is compared. The address is the chip's own matter.
      if (refusal === REFUSAL.badSignature && bit % 8 !== 0) continue;
      const wanted = bit >> 3 >= 124 && bit >> 3 < 128 ? REFUSAL.wrongSlot : refusalInSoftware(one, turned);
      if (refusal !== wanted) differences.push(`bit ${bit}: ${refusal}, in software ${wanted}`);
    }
    expect(differences).toEqual([]);
  });
});

describe.each(['host', 'host-sanitized'] as const)('%s: an update', (kind) => {
  const two = madeImage({ in: 'B', major: 2, securityVersion: 2 });
  const three = madeImage({ in: 'B', major: 3 });

  test('comes, is tried, is confirmed, and the security version rises', () => {
    const pico = reader(one, undefined, kind);
    expect(pico.boot()).toBe('A');
    expect(pico.ask('status')).toBe('0000000001000000');
    pico.update(two);
    expect(pico.boot()).toBe('B');
    expect(pico.ask('status')).toBe('0101020001000000');
    expect(pico.ask('running')).toBe(hex(two.subarray(0, 256)));
    expect(pico.begin(madeImage({ in: 'A', major: 3 }))).toEqual({ refusal: 'notNow', operations: 0 });
    expect(pico.confirm().refusal).toBeUndefined();
    expect(pico.confirm()).toEqual({ refusal: undefined, operations: 0 });
    expect(pico.ask('status')).toBe('0100000002000000');
    expect(pico.begin(madeImage({ in: 'A', major: 3, securityVersion: 1 }))).toEqual({
      refusal: 'securityVersionTooOld',
      operations: 0,
    });
    expect([pico.boot(), pico.boot(), pico.boot(), pico.boot()]).toEqual(['B', 'B', 'B', 'B']);
  });

  test('that is never confirmed has three starts', () => {
    const pico = reader(one, undefined, kind);
    pico.boot();
    pico.update(two);
    expect(Array.from({ length: 6 }, () => pico.boot())).toEqual(['B', 'B', 'B', 'A', 'A', 'A']);
    expect(pico.ask('status')).toBe('0000000001000000');
    pico.update(two);
    expect(pico.boot()).toBe('B');
  });

  test('goes on where it was, whatever order its chunks have', () => {
    const pico = reader(one, undefined, kind);
    pico.boot();
    const [table, chunk, last] = chunksOf(two) as [Buffer, Buffer, Buffer];
    expect(pico.write(0, table).refusal).toBe('nothingBegun');
    expect(pico.finish().refusal).toBe('nothingBegun');
    expect(pico.ask('written')).toBe('-');
    pico.begin(two);
    expect(pico.ask('written')).toBe('00');
    expect(pico.write(2, last).refusal).toBe('chunkTableWrong');
    pico.write(0, table);
    pico.write(2, last);
    expect(pico.ask('written')).toBe('05');
    expect(pico.finish().refusal).toBe('incomplete');
    expect(pico.boot()).toBe('A');
    expect(pico.begin(two)).toEqual({ refusal: undefined, operations: 0 });
    expect(pico.ask('written')).toBe('05');
    expect(pico.write(2, last)).toEqual({ refusal: undefined, operations: 0 });
    expect(pico.write(1, chunk).refusal).toBeUndefined();
    expect(pico.ask('written')).toBe('07');
    expect(pico.finish().refusal).toBeUndefined();
    expect(pico.finish()).toEqual({ refusal: undefined, operations: 0 });
    expect(pico.boot()).toBe('B');
  });

  test('of another image begins anew, and what was finished before is forgotten', () => {
    const pico = reader(one, undefined, kind);
    pico.boot();
    pico.update(two);
    expect(pico.begin(three).operations).toBeGreaterThan(0);
    expect(pico.ask('written')).toBe('00');
    expect(pico.boot()).toBe('A');
  });

  test('refuses chunks that are not the ones that were signed', () => {
    const pico = reader(one, undefined, kind);
    pico.boot();
    pico.begin(two);
    const [table, chunk, last] = chunksOf(two) as [Buffer, Buffer, Buffer];
    const other = chunksOf(three) as [Buffer, Buffer, Buffer];
    const refused = (number: number, bytes: Uint8Array) => {
      const { refusal, operations } = pico.write(number, bytes);
      expect(operations).toBe(0);
      return refusal;
    };
    expect(refused(0, other[0])).toBe('chunkTableWrong');
    expect(refused(0, table.subarray(0, 32))).toBe('chunkOutOfRange');
    pico.write(0, table);
    expect(refused(1, other[1])).toBe('chunkHashWrong');
    expect(refused(1, last)).toBe('chunkOutOfRange');
    expect(refused(2, chunk)).toBe('chunkOutOfRange');
    expect(refused(2, new Uint8Array(0))).toBe('chunkOutOfRange');
    expect(refused(3, chunk)).toBe('chunkOutOfRange');
    expect(refused(0xffffffff, chunk)).toBe('chunkOutOfRange');
  });

  test('whose header has turned a bit in flash is one that was not begun', () => {
    const pico = reader(one, undefined, kind);
    pico.boot();
    pico.begin(two);
    pico.writeAll(two);
    pico.ask(`flip ${layout['FLASH_SLOT_B_OFFSET'] ?? 0} 3`);
    const [table] = chunksOf(two) as [Buffer];
    for (const bytes of [table, new Uint8Array(0), two.subarray(MANIFEST_BYTES, 2 * MANIFEST_BYTES)])
      for (const chunk of [0, 1, 0xfffff])
        expect(pico.write(chunk, bytes)).toEqual({ refusal: 'nothingBegun', operations: 0 });
    expect(pico.ask('written')).toBe('-');
    expect(pico.begin(two).refusal).toBeUndefined();
    // The header was written anew; table and body lie in sectors of their own, and are still there.
    expect(pico.ask('written')).toBe('07');
  });

  test('is compared with what was started, whatever becomes of its header in flash', () => {
    const pico = reader(madeImage({ in: 'A', major: 5 }), undefined, kind);
    pico.boot();
    pico.ask(`flip ${layout['FLASH_SLOT_A_OFFSET'] ?? 0} 3`);
    expect(pico.begin(madeImage({ in: 'B', major: 4 }))).toEqual({ refusal: 'olderVersion', operations: 0 });
    expect(pico.ask('status')).toBe('0000000001000000');
  });

  test('whose flash has turned a bit is not finished, and not started', () => {
    const pico = reader(one, undefined, kind);
    pico.boot();
    pico.begin(two);
    pico.writeAll(two);
    const body = (layout['FLASH_SLOT_B_OFFSET'] ?? 0) + MANIFEST_BYTES;
    pico.ask(`flip ${body + 4_500} 3`);
    expect(pico.ask('written')).toBe('03');
    expect(pico.finish().refusal).toBe('incomplete');
    pico.write(2, chunksOf(two)[2] as Buffer);
    expect(pico.finish().refusal).toBeUndefined();
    pico.ask(`flip ${body} 0`);
    expect(pico.boot()).toBe('A');
    pico.ask(`flip ${body} 0`);
    expect(pico.boot()).toBe('A');
  });
});

describe('the boot stage', () => {
  test('without records takes A, else B, else leaves the chip to its own boot drive', () => {
    const b = madeImage({ in: 'B', major: 2 });
    expect(reader(one, b).boot()).toBe('A');
  });
  test.each<readonly [string, Buffer | undefined, Buffer | undefined]>([
    ['B', undefined, madeImage({ in: 'B', major: 2 })],
    ['recovery', undefined, undefined],
    ['recovery', madeImage({ in: 'B', major: 2 }), undefined],
    [
      'recovery',
      madeImage({ in: 'A', major: 1, signers: [keys[0] as ReleaseKey] }),
      madeImage({ in: 'B', major: 1, model: 2 }),
    ],
  ])('%s', (wanted, a, b) => expect(reader(a, b).boot()).toBe(wanted));

  test('starts nothing of which a bit of the header or the body has turned', () => {
    const pico = reader(one);
    const start = layout['FLASH_SLOT_A_OFFSET'] ?? 0;
    for (const at of [0, 7, 20, 40, 255, 256, 280, 511, MANIFEST_BYTES, MANIFEST_BYTES + 4_999]) {
      pico.ask(`flip ${start + at} 2`);
      expect(pico.boot()).toBe('recovery');
      pico.ask(`flip ${start + at} 2`);
    }
    expect(pico.boot()).toBe('A');
  });
});

test('refusals have the same names and numbers in C', () => {
  const text = readFileSync(new URL('../../boot/refusal.h', import.meta.url), 'utf8');
  const inC = [...text.matchAll(/REFUSAL_(\w+) = (\d+)/g)].map(([, name, number]) => [name, Number(number)]);
  const inTypeScript = Object.entries(REFUSAL).map(([name, number]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
    number,
  ]);
  expect(inC).toEqual([['NONE', 0], ...inTypeScript]);
});
