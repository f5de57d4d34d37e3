/**
 * `comptoir firmware sign`.
 * Floor: cli.
 */

import { developmentReleaseKeys, type ImageDescription, signImage } from '@comptoir/factory';
import { equalBytes, fromHex } from '@comptoir/protocol';
import { encodeUpdatePackage, LOAD_ADDRESS, MODEL, SLOT, type SlotName } from '@comptoir/protocol/image';
import { numberFrom, readFile, refusal, writeFile } from '../files.js';
import { EXIT, type ExitCode, type Output } from '../session.js';
import { imageLines, imagesOf } from './describeImage.js';
import { privateKeyFrom } from './keyFiles.js';

export interface SignOptions {
  readonly out: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly slotA?: string;
  readonly slotB?: string;
  readonly key?: readonly string[];
  readonly securityVersion: string;
  readonly keyEpoch: string;
  readonly hardware?: string;
  readonly git?: string;
}

const U32_MAX = 0xffffffff;
const KEYS_MIN = 2;
const KEYS_MAX = 3;

export async function sign(options: SignOptions, { print }: Output): Promise<ExitCode> {
  const { slotA, slotB, key: keyFiles, git } = options;
  const bodies: readonly (readonly [SlotName, string | undefined])[] = [
    ['A', slotA],
    ['B', slotB],
  ];
  if (slotA === undefined && slotB === undefined) throw refusal('Give a body: --slot-a FILE, --slot-b FILE, or both.');
  if (keyFiles !== undefined && (keyFiles.length < KEYS_MIN || keyFiles.length > KEYS_MAX))
    throw refusal('Two or three keys sign.');
  const keys = keyFiles?.map(privateKeyFrom) ?? developmentReleaseKeys().slice(0, KEYS_MIN);
  if (keys.some(({ id }, index) => keys.findIndex((other) => equalBytes(other.id, id)) !== index))
    throw refusal('Two or three people sign with different keys: one of these is given twice.');
  const gitHash = git === undefined ? new Uint8Array(20) : fromHex(git);
  if (gitHash?.length !== 20) throw refusal('A commit has 40 hexadecimal digits.');
  const model = modelFrom(options.model);
  const description: Omit<ImageDescription, 'slot' | 'loadAddress'> = {
    model,
    version: versionFrom(options.firmwareVersion),
    isDevelopment: keyFiles === undefined,
    securityVersion: numberFrom('The security version', options.securityVersion, U32_MAX),
    keyEpoch: numberFrom('The key epoch', options.keyEpoch, U32_MAX),
    hardwareMask: numberFrom('The hardware', options.hardware ?? String(U32_MAX), U32_MAX),
    gitHash,
  };
  if (description.hardwareMask === 0) throw refusal('The hardware 0 fits no revision.');
  const images = bodies.flatMap(([slot, file]) => {
    if (file === undefined) return [];
    const loadAddress = model === MODEL.simulated ? 0 : LOAD_ADDRESS[slot];
    try {
      return [signImage(readFile(file), { ...description, slot: SLOT[slot], loadAddress }, keys)];
    } catch (cause) {
      throw cause instanceof RangeError ? refusal(`${file}: ${cause.message}.`) : cause;
    }
  });
  const update = encodeUpdatePackage(images);
  writeFile(options.out, update);
  const made = imagesOf(update);
  print({ out: options.out, bytes: update.length, images: made }, [
    `${options.out}: ${update.length} bytes`,
    ...made.flatMap(imageLines),
  ]);
  return EXIT.ok;
}

function modelFrom(text: string): number {
  const known = Object.entries(MODEL).find(([name]) => name === text);
  return known?.[1] ?? numberFrom(`A model (${Object.keys(MODEL).join(', ')})`, text, U32_MAX);
}

function versionFrom(text: string): number {
  const [, major, minor, patch] = (/^(\d{1,3})\.(\d{1,3})\.(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (major === undefined || minor === undefined || patch === undefined || major > 255 || minor > 255 || patch > 65535)
    throw refusal(`"${text}" is no version: 0.0.0 to 255.255.65535.`);
  return major * 0x1000000 + minor * 0x10000 + patch;
}
