/**
 * The power of the emulated chip goes at flash operations of DUKPT's advance. The store itself is cut at each operation by
 * firmware/port/test/secure/keyPowerCuts.test.ts; this is a sample of it on the image that a person flashes. Each start leaves out the
 * boot stage, so that a cut costs seconds and not half a minute.
 */
import { KEY_SET } from '@comptoir/firmware/board';
import { BROADCAST_CHANNEL, COMMAND, encodeInitRequest, unsignedFromBytes } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createKeyFlash, openKeyStore } from '../../../src/machine/board/keys/softwareKeyStore.js';
import { SoftwareKeys } from '../../../src/machine/board/keys/softwareKeys.js';
import type { Chip } from '../../../src/machine/chip/chip.js';
import type { PowerCut } from '../../../src/machine/chip/flash.js';
import { FLASH_KEYS_BYTES, FLASH_KEYS_OFFSET, type WatchedReader, watchedReader } from '../chip/chipMemory.js';
import { bareHost } from '../chip/chipReader.js';

const TIMEOUT_MS = 1_200_000;
const COUNTERS_AHEAD = 64;
/** An advance takes fewer: pages of the new set, then the sector of the old one. */
const OPERATIONS = 9;
const NEVER: PowerCut = { operation: Number.POSITIVE_INFINITY, kind: 'clean' };
/** The counter from which on no key was handed out yet, as the simulator's key store reads the chip's flash; undefined: no set that is whole. */
function storedCounter(chip: Chip): number | undefined {
  const place = createKeyFlash();
  place.flash.load(0, chip.flash.bytes.slice(FLASH_KEYS_OFFSET, FLASH_KEYS_OFFSET + FLASH_KEYS_BYTES));
  const identifier = openKeyStore(place, new SoftwareKeys([]), (length) => new Uint8Array(length)).identifier(
    KEY_SET.dukpt,
  );
  return identifier.length === 0 ? undefined : unsignedFromBytes(identifier.subarray(8));
}

/** INIT, after which the reader prepares its keys by itself: it's deaf while the flash is written. */
async function greet(watched: WatchedReader): Promise<void> {
  const host = bareHost({ reader: watched.reader }, 'hid');
  const init = encodeInitRequest({ nonce: new Uint8Array(8), lowestVersion: 1, highestVersion: 2 });
  host.sendFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: init });
  await watched.settle();
}

test('power cuts while keys advance: the flash is always ahead, and no serial number comes twice', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using watched = await watchedReader({ isQuick: true });
  const { chip, reader } = watched;
  let [cuts, advances] = [0, 0];
  for (const kind of ['clean', 'torn'] as const) {
    for (let operation = 1; operation <= OPERATIONS; operation += 1) {
      const before = storedCounter(chip);
      chip.flash.cutPower({ operation, kind });
      await greet(watched);
      const wasCut = !reader.isPowered();
      chip.flash.cutPower(NEVER);
      await reader.start();
      const after = storedCounter(chip);
      if (wasCut) cuts += 1;
      else advances += 1;
      // A set that is there stays there, as it was or as it was to be.
      if (before !== undefined) expect([before, before + COUNTERS_AHEAD]).toContain(after);
      if (before !== undefined && !wasCut) expect(after).toBe(before + COUNTERS_AHEAD);
    }
  }
  const ahead = storedCounter(chip) ?? 0;
  const keysBefore = chip.flash.bytes.slice(FLASH_KEYS_OFFSET, FLASH_KEYS_OFFSET + FLASH_KEYS_BYTES);
  await greet(watched);
  const till = await watched.connect(1);
  await watched.sell(till, 'visa-debit', 'contactless');
  await till.close();
  expect(watched.sold.at(-1)?.counter).toBeGreaterThanOrEqual(ahead);
  expect(storedCounter(chip)).toBeGreaterThan(watched.sold.at(-1)?.counter ?? 0);
  // The twin: what the flash had before the last sale is put back, and its counters come again.
  chip.flash.load(FLASH_KEYS_OFFSET, keysBefore);
  await reader.start();
  await greet(watched);
  const again = await watched.connect(1);
  await watched.sell(again, 'visa-debit', 'contactless').catch(() => undefined);
  expect(watched.sold.length).toBe(2);
  expect(watched.sold[1]?.counter).toBe(watched.sold[0]?.counter);
  console.log(`${cuts} cuts of the keys' advance on the chip, ${advances} advances without`);
  expect(cuts).toBeGreaterThan(OPERATIONS);
});
