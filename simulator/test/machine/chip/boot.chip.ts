/**
 * The boot stage of the image that a person flashes, on the emulated chip, with bodies so small that a start costs little: they
 * sleep, until the watchdog that the boot stage has left running resets the chip.
 */

import { developmentReleaseKeys, signImage } from '@comptoir/factory';
import { SLOT, type SlotName } from '@comptoir/protocol/image';
import { expect, test } from 'vitest';
import { Chip } from '../../../src/machine/chip/chip.js';
import type { PowerCut } from '../../../src/machine/chip/flash.js';
import {
  FLASH_SLOT_A_OFFSET,
  FLASH_SLOT_B_OFFSET,
  FLASH_SLOT_RECORDS_OFFSET,
} from '../../../src/machine/chip/flashLayout.js';
import { FLASH_START } from '../../../src/machine/chip/memory.js';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { slotRecordSector } from './slotRecordSector.js';

const SLOT_OFFSET = { A: FLASH_SLOT_A_OFFSET, B: FLASH_SLOT_B_OFFSET } as const;
const MANIFEST_BYTES = 12_288;
const STACK_TOP = 0x20042000;
const VTOR = 0xe000ed08;
const TIMEOUT_MS = 600_000;

/** Vectors, then: sleep, and again. */
function sleeper(slot: SlotName, version: number, securityVersion = 1): Uint8Array {
  const loadAddress = FLASH_START + SLOT_OFFSET[slot] + MANIFEST_BYTES;
  const body = Buffer.alloc(256 + 4);
  body.writeUInt32LE(STACK_TOP, 0);
  body.writeUInt32LE(loadAddress + 256 + 1, 4);
  body.writeUInt16LE(0xbf30, 256); // wfi
  body.writeUInt16LE(0xe7fd, 258); // b to it
  const description = { slot: SLOT[slot], model: 1, version, securityVersion, loadAddress };
  return signImage(body, description, developmentReleaseKeys().slice(0, 2));
}

/** @param records as slotRecordSector makes it; undefined: a reader as it left the factory */
function chipWith(a: Uint8Array | undefined, b: Uint8Array | undefined, records?: Uint8Array): Chip {
  const bootStage = loadPicoImage('comptoir').segments.filter(({ address }) => address < FLASH_START + SLOT_OFFSET.A);
  const chip = new Chip({ image: bootStage });
  if (a !== undefined) chip.flash.load(SLOT_OFFSET.A, a);
  if (b !== undefined) chip.flash.load(SLOT_OFFSET.B, b);
  if (records !== undefined) chip.flash.load(FLASH_SLOT_RECORDS_OFFSET, records);
  return chip;
}

/** Runs until a body sleeps or the chip has become its boot drive. */
function started(chip: Chip): SlotName | 'recovery' {
  const { resets } = chip;
  for (;;) {
    chip.run({ steps: 1_000_000, untilNanos: chip.nanos() + 1_000_000 });
    if (chip.wantsUsbBoot) return 'recovery';
    if (!chip.core.core.waiting) continue;
    const vectors = chip.core.readUint32(VTOR) - FLASH_START - MANIFEST_BYTES;
    if (vectors === SLOT_OFFSET.A) return 'A';
    if (vectors === SLOT_OFFSET.B) return 'B';
    if (chip.resets - resets > 3) throw new Error('it resets again and again');
  }
}

/** Time passes until the watchdog bites, and the next start has come to its end. */
function restarted(chip: Chip): SlotName | 'recovery' {
  const { resets } = chip;
  const startNanos = chip.nanos();
  while (chip.resets === resets) {
    if (chip.nanos() - startNanos > 20e9) throw new Error('no watchdog runs');
    if (chip.run({ steps: 1_000, untilNanos: chip.nanos() + 100e6 }) === 'idle') chip.passTo(chip.nanos() + 100e6);
  }
  return started(chip);
}

const a1 = sleeper('A', 1);
const b2 = sleeper('B', 2);

test('the boot stage starts slot A, and B when a byte of A is another one', { timeout: TIMEOUT_MS }, () => {
  expect(started(chipWith(a1, b2))).toBe('A');
  const spoilt = a1.slice();
  spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 0x10;
  expect(started(chipWith(spoilt, b2))).toBe('B');
});

test('nothing that is good, or that is new enough: the chip is its own boot drive', { timeout: TIMEOUT_MS }, () => {
  expect(started(chipWith(undefined, undefined))).toBe('recovery');
  const least = slotRecordSector({ confirmed: SLOT.A, other: 'idle', startsLeft: 0, leastSecurityVersion: 2 });
  expect(started(chipWith(a1, b2, least))).toBe('recovery');
  expect(started(chipWith(a1, sleeper('B', 2, 2), least))).toBe('B');
});

test.each(['confirmed', 'pending'] as const)(
  'comptoir.uf2 is copied while B is %s: A runs',
  { timeout: TIMEOUT_MS },
  (state) => {
    const confirmed = state === 'confirmed' ? SLOT.B : SLOT.A;
    const other = state === 'confirmed' ? 'idle' : 'pending';
    const chip = chipWith(
      undefined,
      b2,
      slotRecordSector({ confirmed, other, startsLeft: 3, leastSecurityVersion: 1 }),
    );
    for (const { address, data } of loadPicoImage('comptoir').segments) chip.flash.load(address - FLASH_START, data);
    chip.flash.load(SLOT_OFFSET.A, a1);
    expect([started(chip), restarted(chip)]).toEqual(['A', 'A']);
  },
);

const pending = slotRecordSector({ confirmed: SLOT.A, other: 'pending', startsLeft: 3, leastSecurityVersion: 1 });

test('a trial that hangs is reset by the watchdog, has three starts, and is over', { timeout: TIMEOUT_MS }, () => {
  const chip = chipWith(a1, b2, pending);
  const starts = [started(chip)];
  while (starts.length < 5) starts.push(restarted(chip));
  expect(starts).toEqual(['B', 'B', 'B', 'A', 'A']);
});

test.each<PowerCut>([
  { operation: 1, kind: 'clean' },
  { operation: 1, kind: 'torn' },
  { operation: 2, kind: 'torn' },
])('the power fails while the boot stage counts a start: %o', { timeout: TIMEOUT_MS }, (cut) => {
  const chip = chipWith(a1, b2, pending);
  const before = chip.resets;
  chip.flash.cutPower(cut);
  expect(started(chip)).toBe('B');
  // A record is one programmed page: the second operation belongs to the second start.
  const starts = ['B'];
  while (starts.at(-1) === 'B') starts.push(restarted(chip));
  expect(chip.resets).toBeGreaterThan(before);
  expect(starts.filter((slot) => slot === 'B').length).toBeLessThanOrEqual(3);
  expect(starts.at(-1)).toBe('A');
});
