/**
 * AES on the chip looks nothing up in flash that depends on a key or on what is encrypted: flash is behind a cache, and its time would tell. Its tables are in
 * RAM, where every access takes as long, and each block takes as many instructions as any other.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { elfSymbols } from '../../../bench/pico/elfSymbols.js';
import { FLASH_START } from '../../../src/machine/chip/memory.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';
import { type WatchedReader, watchedReader } from '../chip/chipMemory.js';

const TIMEOUT_MS = 300_000;
const RAM_START = 0x20000000;
const BLOCKS_MIN = 20;
const READERS = ['readUint32', 'readUint16', 'readUint8'] as const;

/**
 * What each call of a function does from now on: its instructions, and what it reads of the flash in which order.
 */
function listen(
  { chip, symbols }: WatchedReader,
  name: string,
  isFlash: (address: number) => boolean,
): readonly string[] {
  const entry = (symbols.get(name) ?? 0) & ~1;
  const calls: string[] = [];
  const { core } = chip.core;
  const { executeInstruction } = core;
  let reads: number[] = [];
  let instructions = 0;
  let end = 0;
  for (const reader of READERS) {
    const read = chip.core[reader];
    chip.core[reader] = (address: number): number => {
      if (end !== 0 && isFlash(address)) reads.push(address);
      return read.call(chip.core, address);
    };
  }
  core.executeInstruction = () => {
    if (end !== 0 && core.PC === end) {
      calls.push(`${instructions} instructions, ${reads.map((address) => address.toString(16)).join(' ')}`);
      end = 0;
    } else if (end === 0 && core.PC === entry) {
      end = core.LR & ~1;
      reads = [];
      instructions = 0;
    }
    instructions += 1;
    return executeInstruction.call(core);
  };
  return calls;
}

const inFlash = (address: number): boolean => address >= FLASH_START && address < RAM_START;

test.each([
  ['comptoir-A', ['FSb', 'FT0', 'last4']],
  ['comptoir-B', ['FSb', 'FT0', 'last4']],
  // The card seals nothing by GCM.
  ['comptoir-card-A', ['FSb', 'FT0']],
])('%s has the tables of AES and GHASH in RAM: %s', (image, tables) => {
  const symbols = elfSymbols(readFileSync(repositoryFile(`firmware/port/build/pico/${image}.elf`) ?? ''));
  for (const table of tables) expect(symbols.get(table) ?? 0, table).toBeGreaterThanOrEqual(RAM_START);
});

test('each block of a sale takes as many instructions, and reads the same of the flash', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using watched = await watchedReader();
  const till = await watched.connect(1);
  const blocks = listen(watched, 'mbedtls_internal_aes_encrypt', inFlash);
  await watched.sell(till, 'visa-debit', 'contactless');
  expect(blocks.length).toBeGreaterThan(BLOCKS_MIN);
  expect(new Set(blocks).size).toBe(1);
});

test('the twin: where the tables lay in flash, each block would read something else of it', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using watched = await watchedReader();
  const table = watched.symbols.get('FT0') ?? 0;
  const inTable = (address: number): boolean => address >= table && address < table + 1024;
  const till = await watched.connect(1);
  const blocks = listen(watched, 'mbedtls_internal_aes_encrypt', inTable);
  await watched.sell(till, 'visa-debit', 'contactless');
  expect(new Set(blocks).size).toBeGreaterThan(BLOCKS_MIN);
});
