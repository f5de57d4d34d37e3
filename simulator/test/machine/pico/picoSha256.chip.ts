/**
 * The block of SHA-256 in assembly, called by itself on the chip: the published answers, any message, the registers that a caller keeps, and
 * nothing of the message left on the stack. Vectors and every start hash whole messages with it.
 * Source: FIPS 180-4; NIST's examples of it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { seededBytes } from '@comptoir/crypto/seed';
import { expect, test } from 'vitest';
import { elfSymbols } from '../../../bench/pico/elfSymbols.js';
import { Chip } from '../../../src/machine/chip/chip.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';

const PROGRAM = 'firmware/port/build/pico/comptoir-A.elf';
const STATE = 0x20001000;
const DATA = 0x20001100;
const STACK = 0x20003000;
const STACK_BYTES = 512;
/** No instruction is there: the end of the call. */
const RETURN = 0x20004000;
const STEPS_MAX = 10_000;
const BLOCK_BYTES = 64;
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19] as const;
/** Of the caller: r4 to r11. */
const KEPT = [4, 5, 6, 7, 8, 9, 10, 11] as const;

const symbols = elfSymbols(readFileSync(repositoryFile(PROGRAM) ?? ''));
const chip = new Chip({ image: loadPicoImage('comptoir').segments });

/** @returns what is left on the stack */
function block(data: Uint8Array): Uint8Array {
  const { core, sram } = chip.core;
  const { registers } = core;
  sram.set(data, DATA & 0xffff);
  sram.fill(0, (STACK - STACK_BYTES) & 0xffff, STACK & 0xffff);
  for (const number of KEPT) registers[number] = 0xc0de0000 + number;
  registers[0] = STATE;
  registers[1] = DATA;
  core.SP = STACK;
  core.LR = RETURN | 1;
  core.PC = (symbols.get('sha256_block') ?? 0) & ~1;
  for (let steps = 0; core.PC !== RETURN; steps += 1) {
    if (steps > STEPS_MAX) throw new Error('the block does not end');
    core.executeInstruction();
  }
  expect(core.SP).toBe(STACK);
  expect(KEPT.map((number) => (registers[number] ?? 0) >>> 0)).toEqual(KEPT.map((number) => 0xc0de0000 + number));
  return sram.slice((STACK - STACK_BYTES) & 0xffff, STACK & 0xffff);
}

function hashOf(message: Uint8Array): string {
  for (const [at, word] of START.entries()) chip.core.writeUint32(STATE + 4 * at, word);
  const padded = new Uint8Array(Math.ceil((message.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, 8n * BigInt(message.length));
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) block(padded.subarray(at, at + BLOCK_BYTES));
  return START.map((_, at) => (chip.core.readUint32(STATE + 4 * at) >>> 0).toString(16).padStart(8, '0')).join('');
}

test.each([
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [
    'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
    'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
  ],
  ['a'.repeat(10_000), createHash('sha256').update('a'.repeat(10_000)).digest('hex')],
])('the answer that is published: %s', (message, hash) => {
  expect(hashOf(Buffer.from(message))).toBe(hash);
});

test('200 messages of any length', () => {
  const bytes = seededBytes('sha256');
  for (let length = 0; length < 200; length += 1) {
    const message = bytes(length);
    expect(hashOf(message)).toBe(createHash('sha256').update(message).digest('hex'));
  }
});

test('no word of the schedule is left on the stack', () => {
  const data = seededBytes('schedule')(BLOCK_BYTES);
  const schedule = scheduleOf(data);
  const left = block(data);
  const view = new DataView(left.buffer);
  const words = Array.from({ length: left.length / 4 }, (_, at) => view.getUint32(4 * at, true));
  expect(schedule.filter((word) => words.includes(word))).toEqual([]);
});

/** W of FIPS 180-4 §6.2.2, step 1. */
function scheduleOf(data: Uint8Array): readonly number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
  const words = Array.from({ length: 16 }, (_, at) => view.getUint32(4 * at));
  for (let at = 16; at < 64; at += 1) {
    const [a = 0, b = 0, c = 0, d = 0] = [words[at - 2], words[at - 7], words[at - 15], words[at - 16]];
    const one = turned(a, 17) ^ turned(a, 19) ^ (a >>> 10);
    const zero = turned(c, 7) ^ turned(c, 18) ^ (c >>> 3);
    words.push((one + b + zero + d) >>> 0);
  }
  return words;
}
