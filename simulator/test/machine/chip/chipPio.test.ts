/** PIO in step with the chip's clock: programs of a few instructions, written to the registers as firmware does. */
import { GPIOPinState } from 'rp2040js';
import { expect, test } from 'vitest';
import type { Chip } from '../../../src/machine/chip/chip.js';
import { restoreChip, saveChip } from '../../../src/machine/chip/snapshot.js';
import { chipWith, monitorOf } from './chipProgram.js';
import { monitor } from './chipPrograms.gen.js';

const PIO0 = 0x50200000;
const [CTRL, FLEVEL, TXF0, RXF0, INSTR_MEM0] = [0x00, 0x0c, 0x10, 0x20, 0x48];
const [SM0_CLKDIV, SM0_EXECCTRL, SM0_SHIFTCTRL, SM0_PINCTRL] = [0xc8, 0xcc, 0xd0, 0xdc];
const PIN = 2;
const IO_CTRL = 0x40014000 + 8 * PIN + 4;
const PAD = 0x4001c000 + 4 + 4 * PIN;
const INPUT_ENABLE = 0x40;
const PWM_CSR = 0x40050000;
/** set, wait, in and jmp act on one pin; a program wraps at its end. */
const PINCTRL = (1 << 26) | (PIN << 15) | (PIN << 5) | (1 << 20) | PIN;
/** Queues of one direction have no meaning here: data go in and out at the lower end. */
const SHIFTCTRL = 0b11 << 18;

/** A chip that sleeps for ever, with a machine that runs this. @param divider in 1/256 */
function running(program: readonly number[], divider: number): Chip {
  const console = monitorOf(chipWith(monitor));
  console.line();
  console.give('i');
  const { chip } = console;
  expect(chip.run({ steps: 1_000_000 })).toBe('idle');
  start(chip, program, divider);
  return chip;
}
function start(chip: Chip, program: readonly number[], divider: number): void {
  const { core } = chip;
  for (const [at, instruction] of program.entries()) core.writeUint32(PIO0 + INSTR_MEM0 + 4 * at, instruction);
  core.writeUint32(PIO0 + SM0_CLKDIV, divider << 8);
  core.writeUint32(PIO0 + SM0_EXECCTRL, (program.length - 1) << 12);
  core.writeUint32(PIO0 + SM0_SHIFTCTRL, SHIFTCTRL);
  core.writeUint32(PIO0 + SM0_PINCTRL, PINCTRL);
  core.writeUint32(PAD, INPUT_ENABLE);
  core.writeUint32(IO_CTRL, 6);
  core.writeUint32(PIO0 + CTRL, 1);
}
/** Edges of the pin, in nanoseconds since now. */
function edgesOf(chip: Chip): [number, string][] {
  const startNanos = chip.nanos();
  const edges: [number, string][] = [];
  chip.core.gpio[PIN]?.addListener((state) => edges.push([chip.nanos() - startNanos, GPIOPinState[state] ?? '']));
  return edges;
}

const SET_OUTPUT = 0xe081;
const SET_HIGH_3 = 0xe201; // set pins, 1 [2]
const SET_LOW = 0xe000;
const WAIT_LOW_7 = 0x2620; // wait 0 pin 0 [6]
const PULL = 0x80a0;
const OUT_PINS = 0x6001;
const IN_PINS = 0x4001;
const PUSH = 0x8000;

test.each([
  [1, 0],
  [813, 192],
  [7, 128],
])('a divider of %i and %i/256 is kept to', (whole, fraction) => {
  const chip = running([SET_OUTPUT, SET_HIGH_3, SET_LOW], whole * 256 + fraction);
  const edges = edgesOf(chip);
  const cycleNanos = ((whole + fraction / 256) * 1e9) / chip.core.clkSys;
  chip.passTo(chip.nanos() + 23.5 * cycleNanos);
  // Five cycles a round, of which the pin is high for three.
  const cyclesOf = (wanted: string): readonly number[] =>
    edges.filter(([, state]) => state === wanted).map(([nanos]) => Math.round((nanos / cycleNanos) * 100) / 100);
  expect(cyclesOf('High')).toEqual([1, 6, 11, 16, 21]);
  expect(cyclesOf('Low')).toEqual([0, 4, 9, 14, 19]);
});

test('a machine that waits for a pin costs nothing, and goes on from its edge', () => {
  const chip = running([WAIT_LOW_7, SET_OUTPUT, SET_HIGH_3, 0x0003], 256);
  chip.core.gpio[PIN]?.setInputValue(true);
  chip.passTo(chip.nanos() + 1_000);
  // It saw the low pin of a chip without a board first: once more, from the start.
  chip.core.writeUint32(PIO0 + CTRL, 0);
  chip.core.writeUint32(PIO0 + CTRL, 0x11);
  chip.core.writeUint32(PIO0 + 0xd8, 0x0000);
  chip.core.writeUint32(PIO0 + 0xd8, 0xe080);
  chip.passTo(chip.nanos() + 1_000);
  expect(chip.idleNanos()).toBeUndefined();
  const edges = edgesOf(chip);
  chip.passTo(chip.nanos() + 12_345);
  chip.core.gpio[PIN]?.setInputValue(false);
  chip.passTo(chip.nanos() + 1_000);
  const cycleNanos = 1e9 / chip.core.clkSys;
  expect(edges.map(([nanos, state]) => [Math.round((nanos - 12_345) / cycleNanos), state])).toEqual([
    [7, 'Low'],
    [8, 'High'],
  ]);
});

test('words go through the queues', () => {
  const chip = running([SET_OUTPUT, PULL, OUT_PINS, IN_PINS, PUSH], 256);
  chip.passTo(chip.nanos() + 1_000);
  expect(chip.idleNanos()).toBeUndefined();
  const edges = edgesOf(chip);
  for (const word of [1, 0, 1]) {
    chip.core.writeUint32(PIO0 + TXF0, word);
    chip.passTo(chip.nanos() + 1_000);
  }
  expect(edges.map(([, state]) => state)).toEqual(['High', 'Low', 'High']);
  expect(chip.core.readUint32(PIO0 + FLEVEL)).toBe(3 << 4);
  chip.core.readUint32(PIO0 + RXF0);
  expect(chip.core.readUint32(PIO0 + FLEVEL)).toBe(2 << 4);
  // As the SDK empties them: by a change of how they are joined.
  chip.core.writeUint32(PIO0 + SM0_SHIFTCTRL, SHIFTCTRL | 0x80000000);
  expect(chip.core.readUint32(PIO0 + FLEVEL)).toBe(0);
});

test('a PWM that runs is known by its registers and rings no alarm', () => {
  const chip = running([WAIT_LOW_7], 256);
  chip.core.writeUint32(PIO0 + CTRL, 0);
  chip.core.writeUint32(PWM_CSR, 1);
  expect(chip.core.readUint32(PWM_CSR)).toBe(1);
  expect(chip.idleNanos()).toBeUndefined();
});

test('a machine that was saved goes on at the same moment', () => {
  const chip = running([SET_OUTPUT, SET_HIGH_3, SET_LOW], 100 * 256);
  chip.passTo(chip.nanos() + 12_345);
  const saved = saveChip(chip);
  const times = [chip, restoreChip(saved), restoreChip(saved)].map((each) => {
    const edges = edgesOf(each);
    each.passTo(each.nanos() + 10_000);
    return edges.map(([nanos, state]) => [Math.round(nanos), state]);
  });
  expect(times[0]?.length).toBeGreaterThan(3);
  expect(times[1]).toEqual(times[0]);
  expect(times[2]).toEqual(times[0]);
});
