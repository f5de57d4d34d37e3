/**
 * X25519 on the chip takes as many instructions for a secret as for any other: in what the compiler made of it no jump leads over a part of what is done.
 * memcheck sees the code for another machine (firmware/port/test/secure/x25519Time.test.ts), whose compiler jumps elsewhere.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { elfSymbols } from '../../../bench/pico/elfSymbols.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';

/** What works on secret digits, has no branch but its loops, and a name that nothing else has. */
const PARTS = ['swap_if', 'fold', 'subtract', 'multiply', 'square'] as const;
const RETURN = 0xbd00; // pop {…, pc}
const CODE_BYTES_MAX = 8192;

/** The file offset of an address, by the program headers. */
function offsetOf(file: Buffer, address: number): number {
  const [first, size, count] = [file.readUInt32LE(0x1c), file.readUInt16LE(0x2a), file.readUInt16LE(0x2c)];
  for (let at = first; at < first + size * count; at += size) {
    const [offset, start, , bytes] = [4, 8, 12, 16].map((field) => file.readUInt32LE(at + field)) as [
      number,
      number,
      number,
      number,
    ];
    if (address >= start && address < start + bytes) return offset + address - start;
  }
  throw new Error('the program has nothing there');
}

/** The conditional branches of a function, by how far they lead in bytes. Source: ARMv6-M, A6.7.10, encoding T1. */
function branchesOf(file: Buffer, address: number): readonly number[] {
  const start = offsetOf(file, address & ~1);
  const branches: number[] = [];
  for (let at = start; at < start + CODE_BYTES_MAX; at += 2) {
    const code = file.readUInt16LE(at);
    if ((code & 0xff00) === RETURN) return branches;
    if (code >= 0xd000 && code < 0xde00) branches.push(4 + 2 * file.readInt8(at));
  }
  throw new Error('the function has no end');
}

test.each(['comptoir-A', 'comptoir-B'])('no branch of the ladder but the ends of loops [%s]', (image) => {
  const file = readFileSync(repositoryFile(`firmware/port/build/pico/${image}.elf`) ?? '');
  const symbols = elfSymbols(file);
  for (const part of PARTS)
    for (const branch of branchesOf(file, symbols.get(part) ?? 0)) expect(branch, part).toBeLessThan(0);
});
