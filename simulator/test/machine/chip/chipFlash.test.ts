import { readUf2, writeUf2 } from '@comptoir/factory';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFlash, type Flash, PAGE_BYTES, PowerLost, SECTOR_BYTES } from '../../../src/machine/chip/flash.js';
import { createPagedFlash } from '../../../src/machine/chip/pagedFlash.js';

const SIZE = 4 * SECTOR_BYTES;

test.each([
  ['in one piece', () => createFlash(new Uint8Array(SIZE).fill(0xff))],
  ['in pages', () => createPagedFlash(SIZE)],
] as const)('erase and program are what NOR flash does, for any sequence: %s', (_, create) => {
  const page = fc.uint8Array({ minLength: PAGE_BYTES, maxLength: PAGE_BYTES });
  const act = fc.oneof(
    fc.record({ erase: fc.nat({ max: 3 }) }),
    fc.record({ program: fc.nat({ max: SIZE / PAGE_BYTES - 1 }), data: page }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const flash = create();
      const model = new Uint8Array(SIZE).fill(0xff);
      for (const each of acts) {
        if ('erase' in each) {
          flash.erase(each.erase * SECTOR_BYTES, SECTOR_BYTES);
          model.fill(0xff, each.erase * SECTOR_BYTES, (each.erase + 1) * SECTOR_BYTES);
        } else {
          flash.program(each.program * PAGE_BYTES, each.data);
          for (const [at, byte] of each.data.entries())
            model[each.program * PAGE_BYTES + at] = (model[each.program * PAGE_BYTES + at] ?? 0) & byte;
        }
      }
      expect(Buffer.compare(flash.read(0, SIZE), model)).toBe(0);
      expect(flash.operations).toBe(acts.length);
    }),
  );
});

test.each([
  ['in one piece', () => createFlash(new Uint8Array(SIZE).fill(0x00))],
  ['in pages', zeroedPages],
] as const)('a torn operation has changed a part, and nothing after it has happened: %s', (_, create) => {
  for (let operation = 1; operation <= 4; operation += 1) {
    const flash = create();
    flash.cutPower({ operation, kind: 'torn' });
    expect(() => flash.erase(0, SIZE)).toThrowError(PowerLost);
    const erased = flash.read(0, SIZE).indexOf(0x00);
    expect(erased).toBeGreaterThan((operation - 1) * SECTOR_BYTES);
    expect(erased).toBeLessThan(operation * SECTOR_BYTES);
    expect(flash.read(0, SIZE).lastIndexOf(0xff)).toBe(erased - 1);
    // The power is back.
    flash.erase(0, SIZE);
    expect(flash.read(0, SIZE).every((byte) => byte === 0xff)).toBe(true);
  }
});

function zeroedPages(): Flash {
  const flash = createPagedFlash(SIZE);
  flash.load(0, new Uint8Array(SIZE));
  return flash;
}

test.each([
  ['erase', 1, SECTOR_BYTES],
  ['erase', 0, 1],
  ['erase', SIZE, SECTOR_BYTES],
  ['program', 128, PAGE_BYTES],
  ['program', 0, 255],
  ['program', SIZE, PAGE_BYTES],
] as const)('%s at %i, %i bytes: refused', (name, offset, length) => {
  const flash = createFlash(new Uint8Array(SIZE));
  const run = () => (name === 'erase' ? flash.erase(offset, length) : flash.program(offset, new Uint8Array(length)));
  expect(run).toThrowError(RangeError);
  expect(flash.operations).toBe(0);
});

test('a UF2 file gives back what was put in, in blocks of 256', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (data) => {
      const segments = readUf2(writeUf2([{ address: 0x10000000, data }]));
      const joined = segments.flatMap((segment) => [...segment.data]);
      expect(joined.slice(0, data.length)).toEqual([...data]);
      expect(segments.map(({ address }) => address)).toEqual(segments.map((_, index) => 0x10000000 + index * 256));
    }),
  );
});

test.each([
  ['nothing', (file: Uint8Array) => file.slice(0, 0)],
  ['half a block', (file: Uint8Array) => file.slice(0, 700)],
  ['a wrong magic', (file: Uint8Array) => file.with(0, 0)],
  ['a wrong end', (file: Uint8Array) => file.with(511, 0)],
  ['another family', (file: Uint8Array) => file.slice(0, 512).with(28, 0)],
  ['a block missing', (file: Uint8Array) => file.slice(512)],
  ['the last block missing', (file: Uint8Array) => file.slice(0, 512)],
  ['a block too long', (file: Uint8Array) => file.with(17, 2)],
])('UF2, %s: refused', (_, spoil) => {
  expect(() => readUf2(spoil(writeUf2([{ address: 0x10000000, data: new Uint8Array(512) }])))).toThrowError(Error);
});
