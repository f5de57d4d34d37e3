import { concatBytes, fromHex, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exchange } from '../../src/apdu/exchange.js';
import { SW } from '../../src/apdu/responseApdu.js';
import { runKernel } from '../emv/runKernel.js';

const readRecord = fromHex('00B2010C00') as Uint8Array;
const answer = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

function run(card: (command: Uint8Array, number: number) => Uint8Array) {
  const result = runKernel(exchange(readRecord), card);
  if (result.kind !== 'done') throw new Error('the card never goes here');
  return { ...result.outcome, commands: result.commands.map(toHex) };
}

describe('what a hostile card meets', () => {
  test.each([
    [16, SW.success],
    [17, SW.notAnApdu],
  ])('%i answers with 61xx', (chained, sw) => {
    expect(run((_, number) => answer(number < chained ? '0161FF' : '029000')).sw).toBe(sw);
  });

  test.each([
    [256, SW.success],
    [257, SW.notAnApdu],
  ])('an answer of %i data bytes', (length, sw) => {
    expect(run(() => concatBytes(new Uint8Array(length), answer('9000'))).sw).toBe(sw);
  });

  test.each([
    [255, SW.success],
    [256, SW.success],
    [257, SW.notAnApdu],
  ])('4 KiB in all: 15 answers of 256 bytes and one of %i', (last, sw) => {
    const part = (length: number, status: string): Uint8Array => concatBytes(new Uint8Array(length), answer(status));
    // 256 is the most that one answer holds, so one over comes in two.
    const answers = [
      ...Array.from({ length: 15 }, () => part(256, '6101')),
      part(Math.min(last, 256), last > 256 ? '6101' : '9000'),
      part(1, '9000'),
    ];
    expect(run((_, number) => answers[number] ?? part(0, '9000')).sw).toBe(sw);
  });

  test('6Cxx counts once per command', () => {
    const { sw, commands } = run(() => answer('6C10'));
    expect(sw).toBe(0x6c10);
    expect(commands).toEqual(['00B2010C00', '00B2010C10']);
  });

  test('any answers end, without an exception', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.uint8Array({ minLength: 1, maxLength: 300 })), (answers) => {
        const { commands } = run(() => answers.next().value as Uint8Array);
        expect(commands.length).toBeLessThanOrEqual(40);
      }),
    );
  });
});

test('the data of a warning is fetched, and the warning is kept', () => {
  const answers = ['6283', '6C02', 'ABCD9000'];
  const { data, sw, commands } = run((_, number) => answer(answers[number] ?? ''));
  expect({ data: toHex(data), sw, commands }).toEqual({
    data: 'ABCD',
    sw: SW.blocked,
    commands: ['00B2010C00', '00C0000000', '00C0000002'],
  });
});
