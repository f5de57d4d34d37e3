/**
 * `node packImages.mjs FOLDER CHIP`: signs the bodies in a build's folder with the development keys, and writes what a person
 * flashes (`comptoir.uf2`, `comptoir-card.uf2` and, for tests, `comptoir-vectors.uf2` and `comptoir-probe.uf2`: boot stage, slot A and no slot B, so
 * that what was copied is what runs) and what a running reader is updated with (`comptoir.update`: an image for each slot). The same bodies give the same bytes.
 * Needs the bundle of @comptoir/factory.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { developmentReleaseKeys, RP2040_FAMILY, RP2350_FAMILY, signImage, writeUf2 } from '@comptoir/factory';
import { encodeUpdatePackage, IMAGE_TYPE, MODEL, SLOT } from '@comptoir/protocol/image';

const FLASH_START = 0x10000000;
const CHIPS = {
  rp2040: { model: MODEL.pico, family: RP2040_FAMILY },
  rp2350: { model: MODEL.pico2, family: RP2350_FAMILY },
};
/** Rises with a release that must not be gone back from. */
const SECURITY_VERSION = 1;

const [folder, chip] = process.argv.slice(2);
const { model, family } = CHIPS[chip];
const layout = flashLayout();
const version = packageVersion();
const keys = developmentReleaseKeys().slice(0, 2);

/** In place of the header of slot B. */
const nothing = new Uint8Array(256).fill(0xff);
const card = 'comptoir-card';
const images = ['comptoir', card, 'comptoir-vectors', 'comptoir-probe'].map((name) => [name, signed(name, 'A')]);
for (const [name, image] of images) {
  const segments = [
    { address: FLASH_START + layout.FLASH_BOOT_OFFSET, data: bootStage(name) },
    { address: FLASH_START + layout.FLASH_SLOT_A_OFFSET, data: image },
    { address: FLASH_START + layout.FLASH_SLOT_B_OFFSET, data: nothing },
  ];
  writeFileSync(`${folder}/${name}.uf2`, writeUf2(segments, family));
}
writeFileSync(`${folder}/comptoir.update`, encodeUpdatePackage([images[0][1], signed('comptoir', 'B')]));

const size = (bytes, limit) => `${bytes.length} of ${limit} bytes`;
for (const [name] of images.slice(0, 2))
  console.log(`boot stage of ${name}: ${size(bootStage(name), layout.FLASH_BOOT_BYTES)}`);
for (const [name, image] of images)
  console.log(`${name}: ${size(image.subarray(layout.FLASH_MANIFEST_BYTES), layout.FLASH_BODY_BYTES_MAX)}`);

/** A card's runs cards, a reader's everything else. */
function bootStage(name) {
  return readFileSync(`${folder}/${name === card ? card : 'comptoir'}-boot.bin`);
}

function signed(name, slot) {
  const imageType = name === card ? IMAGE_TYPE.dynamicCard : IMAGE_TYPE.reader;
  const loadAddress = FLASH_START + layout[`FLASH_SLOT_${slot}_OFFSET`] + layout.FLASH_MANIFEST_BYTES;
  const body = readFileSync(`${folder}/${name}-${slot}.bin`);
  return signImage(
    body,
    { imageType, slot: SLOT[slot], model, version, loadAddress, securityVersion: SECURITY_VERSION },
    keys,
  );
}

function flashLayout() {
  const text = readFileSync(new URL('flashLayout.h', import.meta.url), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^#define (\w+) (\w+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

/** The firmware's own, from its package. */
function packageVersion() {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const [major, minor, patch] = JSON.parse(text).version.split('.').map(Number);
  return ((major << 24) | (minor << 16) | patch) >>> 0;
}
