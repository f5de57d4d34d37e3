import { readFileSync } from 'node:fs';
import { LOAD_ADDRESS } from '@comptoir/protocol/image';
import { expect, test } from 'vitest';
import * as layout from '../../../src/machine/chip/flashLayout.js';

const header = readFileSync(new URL('../../../../firmware/port/boards/pico/flashLayout.h', import.meta.url), 'utf8');
const inC = Object.fromEntries(
  [...header.matchAll(/^#define (\w+) (\w+)$/gm)].map(([, name, value]) => [name as string, Number(value)]),
);

test('the simulator has the offsets of the header', () => {
  expect(inC).toMatchObject({ ...layout });
});

test('bodies are signed for the addresses that the boards execute them at', () => {
  const { FLASH_SLOT_A_OFFSET: a = 0, FLASH_SLOT_B_OFFSET: b = 0, FLASH_MANIFEST_BYTES: manifest = 0 } = inC;
  expect(LOAD_ADDRESS).toEqual({ A: 0x10000000 + a + manifest, B: 0x10000000 + b + manifest });
});

test.each([
  ['a reader', 'KEYS'],
  ['a dynamic card', 'CARD_RECORDS'],
])('parts of the flash of %s lie one behind the other', (_device, own) => {
  const value = (name: string): number => inC[name] ?? Number.NaN;
  const slotBytes = value('FLASH_MANIFEST_BYTES') + value('FLASH_BODY_BYTES_MAX');
  const parts = [
    [value('FLASH_BOOT_OFFSET'), value('FLASH_BOOT_BYTES')],
    [value('FLASH_SLOT_A_OFFSET'), slotBytes],
    [value('FLASH_SLOT_B_OFFSET'), slotBytes],
    [value(`FLASH_${own}_OFFSET`), value(`FLASH_${own}_SECTORS`) * 4096],
    [value('FLASH_SLOT_RECORDS_OFFSET'), value('FLASH_SLOT_RECORDS_SECTORS') * 4096],
    [value('FLASH_READER_RECORDS_OFFSET'), value('FLASH_READER_RECORDS_SECTORS') * 4096],
    [value('FLASH_PROVISION_OFFSET'), value('FLASH_PROVISION_BYTES')],
  ] as const;
  let end = 0;
  for (const [offset, bytes] of parts) {
    expect(offset % 4096).toBe(0);
    expect(offset).toBeGreaterThanOrEqual(end);
    end = offset + bytes;
  }
  expect(end).toBeLessThanOrEqual(2 * 1024 * 1024);
});
