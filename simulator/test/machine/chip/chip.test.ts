import { expect, test } from 'vitest';
import { restoreChip, saveChip } from '../../../src/machine/chip/snapshot.js';
import { createTimers } from '../../../src/machine/chip/timers.js';
import { connectUart, type SerialLine } from '../../../src/machine/chip/uartLine.js';
import { chipWith, type Monitor, monitorOf } from './chipProgram.js';
import { monitor } from './chipPrograms.gen.js';

function started(): Monitor {
  const console = monitorOf(chipWith(monitor));
  expect(console.line()).toBe('start 00000000');
  return console;
}

test('a program starts, hears and answers', () => {
  expect(started().ask('p')).toBe('pong');
});

test('the boot ROM has the functions that the SDK looks for', () => {
  const console = started();
  // Bytes 5A at offsets 1 to 5, copied by words; then bits counted, leading and trailing zeros, bits reversed.
  expect([console.ask('b'), console.line(), console.line(), console.line(), console.line()]).toEqual([
    'cbcb5a5a',
    '0000000d',
    '0000000f',
    '00000010',
    '80000000',
  ]);
});

test('flash: erasing makes FF, programming only clears bits', () => {
  const console = started();
  const { flash } = console.chip;
  console.ask('e');
  expect(console.ask('r')).toBe('ffffffff');
  console.ask('w');
  expect(console.ask('r')).toBe('f7f6f5f4');
  console.ask('W');
  expect(console.ask('r')).toBe('34343434');
  expect(flash.operations).toBe(3);
});

test.each([
  ['clean', 'f7f6f5f4'],
  ['torn', 'ffffffff'],
] as const)('the power fails at an operation of the flash, %s', (kind, left) => {
  const console = started();
  console.chip.flash.cutPower({ operation: 2, kind });
  console.ask('e');
  const before = console.chip.flash.bytes.slice(0x10000, 0x10100);
  console.give('w');
  expect(console.line()).toBe('start 00000000');
  const after = console.chip.flash.bytes.slice(0x10000, 0x10100);
  expect(after).not.toEqual(before);
  if (kind === 'clean') expect(console.ask('r')).toBe(left);
  else expect(after.at(-2)).toBe(0xff);
  expect(console.chip.resets).toBe(1);
});

test('the watchdog resets a program that hangs; its scratch registers and RAM live on', () => {
  const console = started();
  console.give('M');
  expect(console.ask('m')).toBe('12345678');
  console.give('k');
  expect(console.line()).toBe('start 00000001');
  expect(console.ask('m')).toBe('12345678');
  expect(console.chip.resets).toBe(1);
});

test('power off and on: RAM and scratch registers are lost', () => {
  const console = started();
  console.give('M');
  expect(console.ask('m')).toBe('12345678');
  console.chip.powerOff();
  expect(console.chip.run({ steps: 1_000 })).toBe('noPower');
  console.chip.powerOn();
  expect(console.line()).toBe('start 00000000');
  expect(console.ask('m')).toBe('cbcbcbcb');
});

test('an unaligned access is a HardFault, a second one in its handler the end', () => {
  expect(started().ask('u')).toBe('fault');
  const console = started();
  expect(console.ask('d')).toBe('fault');
  expect(console.chip.run({ steps: 1_000 })).toBe('lockedUp');
  expect(console.chip.fault).toContain('unaligned access to 20000001');
});

test('stores to ROM and to flash change nothing', () => {
  const console = started();
  const before = console.chip.flash.bytes.slice(0, 16);
  expect(console.ask('s')).toBe('stored');
  expect(console.chip.flash.bytes.slice(0, 16)).toEqual(before);
  console.chip.powerOn();
  expect(console.line()).toBe('start 00000000');
});

test('a store to flash that the program made read only is a HardFault, after a power cut no longer', () => {
  const console = started();
  const snapshot = saveChip(console.chip);
  expect(console.ask('S')).toBe('fault');
  expect(monitorOf(restoreChip(snapshot)).ask('s')).toBe('stored');
  console.chip.powerOn();
  expect(console.line()).toBe('start 00000000');
  expect(console.ask('s')).toBe('stored');
});

test('a program that waits costs no steps, and its time goes on', () => {
  const console = started();
  console.give('i');
  expect(console.chip.run({ steps: 1_000_000 })).toBe('idle');
  expect(console.chip.idleNanos()).toBeUndefined();
  const { steps } = console.chip;
  console.chip.passTo(5e9);
  expect(console.chip.nanos()).toBe(5e9);
  expect(console.chip.steps).toBe(steps);
});

test('two chips run alike, noise included, and other noise is other bits', () => {
  const [one, two] = [started(), started()];
  expect(one.ask('n')).toBe(two.ask('n'));
  expect(one.ask('t')).toBe(two.ask('t'));
  expect(one.chip.steps).toBe(two.chip.steps);
  expect(Buffer.compare(one.chip.core.sram, two.chip.core.sram)).toBe(0);
  const noisy = monitorOf(chipWith(monitor, { noise: (length) => new Uint8Array(length).fill(0x0f) }));
  noisy.line();
  expect(noisy.ask('n')).toBe('f0f0f0f0');
});

test('a chip that was saved goes on where it was, as often as one likes', () => {
  const console = started();
  console.give('M');
  console.ask('m');
  console.ask('w');
  console.ask('n');
  const saved = saveChip(console.chip);
  const expected = [console.ask('n'), console.ask('t'), console.ask('m'), console.ask('r')];
  for (let copy = 0; copy < 2; copy += 1) {
    const restored = monitorOf(restoreChip(saved));
    expect(['n', 't', 'm', 'r'].map((letter) => restored.ask(letter))).toEqual(expected);
    expect(restored.chip.steps).toBe(console.chip.steps);
    expect(restored.chip.nanos()).toBe(console.chip.nanos());
  }
});

test('a chip that the outside waits for is not saved', () => {
  const { chip } = started();
  createTimers(chip).after(1e9, () => undefined);
  expect(() => saveChip(chip)).toThrow('something outside waits');
});

test('a serial line takes its ten bits for each byte, both ways', () => {
  const chip = chipWith(monitor);
  const timers = createTimers(chip);
  let line: SerialLine | undefined;
  const came: [string, number][] = [];
  const uart = connectUart(chip, timers, 0, {
    connect: (given) => {
      line = given;
    },
    receive: (byte) => came.push([String.fromCharCode(byte), chip.nanos()]),
  });
  chip.run({ steps: 1_000_000, untilNanos: 5e6 });
  expect(came.map(([character]) => character).join('')).toBe('start 00000000\n');
  line?.send(Buffer.from('p'));
  chip.run({ steps: 1_000_000, untilNanos: 10e6 });
  const times = came.slice(-5).map(([, nanos]) => nanos);
  expect(came.slice(-5).map(([character]) => character)).toEqual(['p', 'o', 'n', 'g', '\n']);
  for (let at = 1; at < times.length; at += 1) expect((times[at] ?? 0) - (times[at - 1] ?? 0)).toBeCloseTo(86_806, -2);
  expect(uart.overruns).toBe(0);
});

test('a byte that the chip is too slow for is lost, and counted', () => {
  const chip = chipWith(monitor);
  let line: SerialLine | undefined;
  const uart = connectUart(chip, createTimers(chip), 0, {
    connect: (given) => {
      line = given;
    },
    receive: () => undefined,
  });
  line?.send(Buffer.from(`i${'p'.repeat(40)}`));
  chip.run({ steps: 10_000_000, untilNanos: 20e6 });
  // The program stopped taking: the UART's queue holds 32.
  expect(uart.overruns).toBe(8);
});
