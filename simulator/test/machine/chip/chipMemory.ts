/**
 * What lies in the memory of the emulated chip: all of its RAM, of its USB controller and of its flash, searched for secrets from outside.
 * Secrets that are used up, or never to be kept, have no place at all. Those that stand have declared places, which are left out: the slots of the
 * key table that are taken, and in flash the pages of the provision record and of the storage key.
 */
import { readFileSync } from 'node:fs';
import { deriveInitialKey, deriveTransactionKey, deriveWorkingKey, KEY_USAGE } from '@comptoir/acquirer';
import { seededBytes } from '@comptoir/crypto/seed';
import { developmentKeys, developmentProvision } from '@comptoir/factory/development';
import { concatBytes, decodeMessage, unsignedFromBytes } from '@comptoir/protocol';
import { type Clock, connect, loadLink, newKey, type Reader } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { elfSymbols } from '../../../bench/pico/elfSymbols.js';
import type { Card } from '../../../src/machine/card.js';
import type { Chip } from '../../../src/machine/chip/chip.js';
import { FLASH_PROVISION_OFFSET } from '../../../src/machine/chip/flashLayout.js';
import { createVirtualClock } from '../../../src/machine/clock.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { createPicoReader, PICO_MODEL, type PicoReader } from '../../../src/machine/targets/picoReader.js';
import { createTestAcquirer, type TestAcquirer } from '../../../src/world/acquirer/testAcquirer.js';
import { createCard } from '../../../src/world/cards/catalogue.js';
import { developmentConfiguration, signDevelopmentConfiguration } from '../../../src/world/configuration.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { linkKeys } from '../linkKeys.js';
import { quickStart } from './quickStart.js';

/** firmware/port/boards/pico/flashLayout.h */
export const FLASH_KEYS_OFFSET = 0x1d0000;
export const FLASH_KEYS_BYTES = 10 * 4096;
const FLASH_PROVISION_BYTES = 0x4000;
const PAGE_BYTES = 256;
const RAM_START = 0x20000000;
/** `stored_key` of firmware/port/secure/keys/keyTable.h: handle, then kind, length and length of the identifier, then the key. */
const SLOT_BYTES = 64;
const HANDLE_BYTES = 4;
const LENGTH_AT = 5;
const KEY_AT = 7;
const SLOTS = 64;

const SEED = 'chip memory';
const SERIAL = 'CHIPMEMORY';
const NUMBERS = { 'visa-debit': '4761739001010119', mastercard: '5413330089020011' } as const;

export interface Secrets {
  /** By name: what is never kept, or was used. */
  readonly spent: ReadonlyMap<string, Uint8Array>;
  /** What has a declared place. */
  readonly standing: ReadonlyMap<string, Uint8Array>;
}

export interface WatchedReader extends AsyncDisposable {
  readonly reader: PicoReader;
  readonly chip: Chip;
  readonly acquirer: TestAcquirer;
  readonly symbols: ReadonlyMap<string, number>;
  connect(protocolVersion?: 1 | 2): Promise<Reader>;
  /** @throws Error when it isn't approved */
  sell(till: Reader, card: keyof typeof NUMBERS, on: 'contact' | 'contactless'): Promise<void>;
  /** Key serial numbers and tokens that left the reader, in order. */
  readonly sold: readonly { readonly counter: number; readonly hasToken: boolean }[];
  readonly clock: Clock;
  secrets(): Promise<Secrets>;
  settle(): Promise<void>;
  /** Called whenever the reader asks the card something. */
  asked: () => void;
}

export interface WatchedOptions {
  /** @see quickStart.ts */
  readonly isQuick?: boolean;
}

export async function watchedReader({ isQuick = false }: WatchedOptions = {}): Promise<WatchedReader> {
  const seed = SEED;
  const clock = createVirtualClock();
  const pki = createTestPki();
  const provision = developmentProvision(seed, SERIAL, { model: PICO_MODEL });
  const crossed: { direction: 'toReader' | 'toHost'; report: Uint8Array }[] = [];
  const drawn: Uint8Array[] = [];
  const envelopes: Uint8Array[] = [];
  const sold: { counter: number; hasToken: boolean }[] = [];
  const till = seededBytes(`${seed}/till`);
  const random = (length: number): Uint8Array => {
    const bytes = till(length);
    drawn.push(bytes.slice());
    return bytes;
  };
  const { baseDerivationKey } = developmentKeys(seed, SERIAL);
  const acquirer = createTestAcquirer({ baseDerivationKey, clock });
  const listening = {
    ...acquirer,
    authorise: (...call: Parameters<TestAcquirer['authorise']>) => {
      const decoded = decodeMessage(call[0]);
      if (decoded.ok && decoded.message.kind === 'authorise') {
        const { envelope, indexToken } = decoded.message;
        envelopes.push(envelope.slice());
        sold.push({ counter: unsignedFromBytes(envelope.subarray(8, 12)), hasToken: indexToken !== undefined });
      }
      return acquirer.authorise(...call);
    },
  };
  const symbols = elfSymbols(readFileSync(repositoryFile('firmware/port/build/pico/comptoir-A.elf') ?? ''));
  const reader = createPicoReader({
    ...(isQuick && { boot: quickStart(symbols) }),
    image: loadPicoImage('comptoir'),
    clock,
    serial: SERIAL,
    noise: seed,
    configuration: signDevelopmentConfiguration(developmentConfiguration(pki)),
    provision,
    crossed: (direction, report) => void crossed.push({ direction, report: report.slice() }),
  });
  await loadLink();
  await reader.start();
  let sales = 0;
  const watched: WatchedReader = {
    reader,
    chip: reader.chip,
    acquirer,
    sold,
    clock,
    symbols,
    connect: (protocolVersion = 2) =>
      connect(memory(reader.port), { trust: 'development', clock, random, acquirer: listening, protocolVersion }),
    async sell(selling, name, on) {
      sales += 1;
      const card = createCard(name, { seed: `${seed}/${name}`, pki });
      const listened: Card = {
        ...card,
        transmit(command) {
          watched.asked();
          return card.transmit(command);
        },
      };
      reader[on].put(listened);
      const key = newKey(`sale-${sales}`);
      const { status } = await selling.pay({ amount: { minor: 1250, currency: 'EUR' }, key, interfaces: on });
      reader[on].empty();
      if (status !== 'approved') throw new Error(`the sale is ${status}`);
    },
    secrets: async () => {
      const spent = new Map<string, Uint8Array>();
      for (const [card, number] of Object.entries(NUMBERS)) {
        spent.set(`number of ${card}, packed`, Buffer.from(number, 'hex'));
        spent.set(`number of ${card}, as text`, Buffer.from(number, 'latin1'));
      }
      for (const [at, envelope] of envelopes.entries()) {
        const ksn = envelope.subarray(0, 12);
        const transaction = deriveTransactionKey(deriveInitialKey(baseDerivationKey, ksn.subarray(0, 8)), ksn);
        halves(spent, `transaction key ${at}`, transaction);
        halves(spent, `data key ${at}`, deriveWorkingKey(transaction, KEY_USAGE.dataEncrypt, ksn, 32));
        halves(spent, `MAC key ${at}`, deriveWorkingKey(transaction, KEY_USAGE.macGenerate, ksn, 32));
      }
      const standing = new Map<string, Uint8Array>();
      for (const { name, key } of provision().keys) halves(standing, name, key);
      for (const [at, key] of linkKeys(crossed, drawn).entries()) halves(standing, `link key ${at}`, key);
      return { spent, standing };
    },
    settle: () => clock.sleep(3000),
    asked: () => {},
    [Symbol.asyncDispose]: async () => reader.stop(),
  };
  return watched;
}

/** From now on a key that is forgotten loses its handle, and isn't erased. */
export function breakErasing({ chip, symbols }: Pick<WatchedReader, 'chip' | 'symbols'>): void {
  const entry = (symbols.get('mbedtls_platform_zeroize') ?? 0) & ~1;
  if (entry === 0) throw new Error('the program has no function that erases');
  chip.attach(() => {
    const { core } = chip.core;
    const { executeInstruction } = core;
    core.executeInstruction = () => {
      // (bytes, length)
      if (core.PC === entry && core.registers[1] === SLOT_BYTES) core.registers[1] = HANDLE_BYTES;
      return executeInstruction.call(core);
    };
  });
}

/** Half a key is as bad. */
export function halves(secrets: Map<string, Uint8Array>, name: string, key: Uint8Array): void {
  secrets.set(`${name}, first half`, key.subarray(0, 16));
  if (key.length === 32) secrets.set(`${name}, second half`, key.subarray(16));
}

/** Whatever the key table has now, and the key under which keys are stored. */
export function keysInPlace({
  chip,
  symbols,
}: Pick<WatchedReader, 'chip' | 'symbols'>): ReadonlyMap<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>();
  for (const at of takenSlots(chip, symbols)) {
    const slot = chip.core.sram.subarray(at - RAM_START, at - RAM_START + SLOT_BYTES);
    halves(keys, `key of slot ${at.toString(16)}`, slot.slice(KEY_AT, KEY_AT + (slot[LENGTH_AT] ?? 0)));
  }
  const storageKey = FLASH_KEYS_OFFSET + PAGE_BYTES;
  halves(keys, 'storage key', chip.flash.bytes.slice(storageKey, storageKey + 32));
  return keys;
}

interface Region {
  readonly name: string;
  readonly start: number;
  readonly bytes: Buffer;
}

/** @returns the name of each secret that is there, and where: `name at 2000abcd`, `name at flash 1d0000` */
export function foundIn(
  { chip, symbols }: Pick<WatchedReader, 'chip' | 'symbols'>,
  { spent, standing }: Secrets,
): readonly string[] {
  const places = regions(chip);
  const declared = declaredPlaces(chip, symbols);
  return [
    ...search(places, spent, () => false),
    ...search(places, standing, (place, at) =>
      declared.some(({ name, from, to }) => name === place && at >= from && at < to),
    ),
  ];
}

/** Of the flash alone, and nothing left out. */
export function foundInFlash(chip: Chip, secrets: ReadonlyMap<string, Uint8Array>): readonly string[] {
  return search(
    regions(chip).filter(({ name }) => name === 'flash'),
    secrets,
    () => false,
  );
}

function regions(chip: Chip): readonly Region[] {
  const { sram, usbDPRAM } = chip.core;
  return [
    { name: 'RAM', start: RAM_START, bytes: Buffer.from(sram) },
    { name: 'USB', start: 0, bytes: Buffer.from(usbDPRAM) },
    { name: 'flash', start: 0, bytes: Buffer.from(chip.flash.bytes) },
  ];
}

function search(
  places: readonly Region[],
  secrets: ReadonlyMap<string, Uint8Array>,
  isDeclared: (place: string, at: number) => boolean,
): readonly string[] {
  const found: string[] = [];
  for (const { name, start, bytes } of places) {
    for (const [secret, wanted] of secrets) {
      for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1))
        if (!isDeclared(name, start + at)) found.push(`${secret} at ${name} ${(start + at).toString(16)}`);
    }
  }
  return found;
}

/** Addresses. */
function takenSlots(chip: Chip, symbols: ReadonlyMap<string, number>): readonly number[] {
  const table = symbols.get('keys') ?? 0;
  const slots = Array.from({ length: SLOTS }, (_, slot) => table + slot * SLOT_BYTES);
  return slots.filter((at) => chip.core.readUint32(at) !== 0);
}

function declaredPlaces(
  chip: Chip,
  symbols: ReadonlyMap<string, number>,
): readonly { name: string; from: number; to: number }[] {
  const taken = takenSlots(chip, symbols);
  return [
    ...taken.map((from) => ({ name: 'RAM', from, to: from + SLOT_BYTES })),
    { name: 'flash', from: FLASH_PROVISION_OFFSET, to: FLASH_PROVISION_OFFSET + FLASH_PROVISION_BYTES },
    { name: 'flash', from: FLASH_KEYS_OFFSET + PAGE_BYTES, to: FLASH_KEYS_OFFSET + 2 * PAGE_BYTES },
  ];
}

/** All of them one after the other, to be planted. */
export function joined({ spent, standing }: Secrets): Uint8Array {
  return concatBytes(...spent.values(), ...standing.values());
}
