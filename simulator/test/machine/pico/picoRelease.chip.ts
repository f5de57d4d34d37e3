/**
 * From development to release, on the chip: an image that is no development image finds the keys of one, and destroys them before anything else; and such an image
 * never speaks version 1. It's built for this test alone, and signed with the development keys that the boot stage of the development model takes.
 */
import { readFileSync } from 'node:fs';
import { developmentReleaseKeys, signImage } from '@comptoir/factory';
import { developmentProvision } from '@comptoir/factory/development';
import {
  BROADCAST_CHANNEL,
  COMMAND,
  decodeInitAnswer,
  encodeInitRequest,
  encodeMessage,
  STATUS,
} from '@comptoir/protocol';
import { MODEL, SLOT } from '@comptoir/protocol/image';
import { expect, test } from 'vitest';
import { FLASH_SLOT_A_OFFSET } from '../../../src/machine/chip/flashLayout.js';
import { FLASH_START } from '../../../src/machine/chip/memory.js';
import { createVirtualClock } from '../../../src/machine/clock.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { createPicoReader, PICO_MODEL } from '../../../src/machine/targets/picoReader.js';
import { foundInFlash, keysInPlace, watchedReader } from '../chip/chipMemory.js';
import { bareHost } from '../chip/chipReader.js';

const TIMEOUT_MS = 600_000;
const MANIFEST_BYTES = 12_288;
const SERIAL = 'RELEASED';
const SLICE_STEPS = 10_000_000;
const SLICES_MAX = 100;

function releaseImage(): Uint8Array {
  const body = readFileSync(repositoryFile('firmware/port/build/pico/comptoir-release-A.bin') ?? '');
  const loadAddress = FLASH_START + FLASH_SLOT_A_OFFSET + MANIFEST_BYTES;
  const about = {
    slot: SLOT.A,
    model: MODEL.pico,
    version: 0x00090000,
    loadAddress,
    securityVersion: 1,
    isDevelopment: false,
  };
  return signImage(body, about, developmentReleaseKeys().slice(0, 2));
}

test('an image for release destroys what development left, before it looks at anything else', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using watched = await watchedReader();
  const { chip, reader } = watched;
  const till = await watched.connect(1);
  await watched.sell(till, 'visa-debit', 'contactless');
  await watched.settle();
  const keys = new Map([...keysInPlace(watched), ...(await watched.secrets()).standing]);
  expect(foundInFlash(chip, keys).length).toBeGreaterThan(0);
  reader.stop();
  const image = releaseImage();
  chip.flash.load(FLASH_SLOT_A_OFFSET, image);
  let said = '';
  chip.uartWritten[0] = (byte) => {
    said += String.fromCharCode(byte);
  };
  chip.powerOn();
  // What it came with is gone, too: it can't start without.
  for (let slice = 0; slice < SLICES_MAX && !said.includes('fatal'); slice += 1) chip.run({ steps: SLICE_STEPS });
  expect(said).toContain('fatal: the reader is not provisioned');
  expect(foundInFlash(chip, keys)).toEqual([]);
});

test('an image for release answers no message in clear', { timeout: TIMEOUT_MS }, async () => {
  const clock = createVirtualClock();
  const { segments } = loadPicoImage('comptoir');
  const slot = { address: FLASH_START + FLASH_SLOT_A_OFFSET, data: releaseImage() };
  const { keys } = developmentProvision(SERIAL, SERIAL, { model: PICO_MODEL })();
  const reader = createPicoReader({
    image: { segments: [...segments, slot], sha256: SERIAL },
    clock,
    serial: SERIAL,
    configuration: new Uint8Array(0),
    // Keys that are this reader's own, and no role whose key anybody can make.
    provision: () => ({ keys, roleKeys: [] }),
  });
  await reader.start();
  const host = bareHost({ reader }, 'hid');
  const init = encodeInitRequest({ nonce: new Uint8Array(8), lowestVersion: 1, highestVersion: 1 });
  host.sendFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: init });
  const answer = decodeInitAnswer((await host.frame()).payload);
  expect(answer).toMatchObject({ lowestVersion: 2, highestVersion: 2 });
  const channel = answer?.channel ?? 0;
  host.sendFrame({ channel, command: COMMAND.message, payload: encodeMessage({ kind: 'lookup', key: 'order' }) });
  expect(await host.frame()).toMatchObject({
    channel,
    command: COMMAND.error,
    payload: Uint8Array.of(STATUS.sessionBroken),
  });
  reader.stop();
});
