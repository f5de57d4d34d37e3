/** The functions that wait most for flash run from RAM: each that the list names, and no other of the engine. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { elfFunctions } from '../../../bench/pico/elfSymbols.js';
import { repositoryFile } from '../../../src/machine/repositoryFile.js';

const RAM_START = 0x20000000;

const fileOf = (path: string): Uint8Array => readFileSync(repositoryFile(path) ?? path);

test.each(['comptoir-A', 'comptoir-B'])('%s: the list is in RAM', (program) => {
  const listed = Buffer.from(fileOf('firmware/port/boards/pico/hotCode.txt')).toString().trim().split('\n');
  const functions = elfFunctions(fileOf(`firmware/port/build/pico/${program}.elf`));
  const inRam = new Set(functions.flatMap(({ name, address }) => (address >= RAM_START ? [name.split('.')[0]] : [])));
  expect(listed.length).toBeGreaterThan(100);
  expect(listed.filter((name) => !inRam.has(name))).toEqual([]);
  // Sabotage twin: what the list doesn't name stays in flash.
  expect(inRam.has('JS_NewRomContext')).toBe(false);
});
