/** Blocks of ISO-DEP in an air that breaks them: what arrives, what is said again, and that a card carries out a command once. */
import { connect, newKey } from '@comptoir/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { airMs, type BlockNumbers, exchangeBlocks, firstBlockNumbers } from '../../src/simulation/faults/isoDep.js';
import { simulate } from '../../src/simulation/simulate.js';

interface Tried {
  readonly response: Uint8Array | undefined;
  readonly again: number;
  /** Of blocks, as `R A2`: who sent it and its first byte. */
  readonly blocks: readonly string[];
  readonly ms: number;
  /** Commands that the card carried out. */
  readonly carriedOut: readonly Uint8Array[];
}

interface Way {
  readonly command?: Uint8Array;
  readonly response?: Uint8Array;
  readonly workMs?: number;
  /** Of the blocks, from 0, those that arrive broken. */
  readonly broken?: readonly number[];
  readonly numbers?: BlockNumbers;
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at % 251);

function tried({
  command = bytes(20),
  response = bytes(40),
  workMs = 0,
  broken = [],
  numbers = firstBlockNumbers(),
}: Way): Tried {
  const blocks: string[] = [];
  const carriedOut: Uint8Array[] = [];
  let ms = 0;
  const exchanged = exchangeBlocks(
    command,
    (given) => {
      carriedOut.push(given);
      return { response, workMs };
    },
    {
      passTime(passed) {
        ms += passed;
        return true;
      },
      passes(block, from) {
        blocks.push(`${from === 'reader' ? 'R' : 'C'} ${(block[0] ?? 0).toString(16).padStart(2, '0')}`);
        return !broken.includes(blocks.length - 1);
      },
    },
    numbers,
  );
  return { ...exchanged, blocks, ms, carriedOut };
}

describe('block by block', () => {
  test.each<[string, Way, string, number]>([
    ['a command and its answer', {}, 'R 02, C 02', 0],
    ['the next one has the other number', { numbers: { reader: 1, card: 0 } }, 'R 03, C 03', 0],
    ['a long command is chained', { command: bytes(300) }, 'R 12, C a2, R 03, C 03', 0],
    ['a long answer is chained', { response: bytes(600) }, 'R 02, C 12, R a3, C 13, R a2, C 02', 0],
    ['a lost command is asked about, and sent again', { broken: [0] }, 'R 02, R b2, C a3, R 02, C 02', 1],
    ['a broken answer is asked for', { broken: [1] }, 'R 02, C 02, R b2, C 02', 1],
    ['a lost question is asked again', { broken: [1, 2] }, 'R 02, C 02, R b2, R b2, C 02', 2],
    ['a broken R(ACK) of the card', { command: bytes(300), broken: [1] }, 'R 12, C a2, R b2, C a2, R 03, C 03', 1],
    ['a lost R(ACK) of the reader', { response: bytes(300), broken: [2] }, 'R 02, C 12, R a3, R a3, C 03', 1],
    ['a broken part of an answer', { response: bytes(300), broken: [3] }, 'R 02, C 12, R a3, C 03, R a3, C 03', 1],
    ['a card that works asks for time', { workMs: 100 }, 'R 02, C f2, R f2, C 02', 0],
    ['a broken S(WTX) is said again', { workMs: 100, broken: [1] }, 'R 02, C f2, R b2, C f2, R f2, C 02', 1],
  ])('%s', (_, way, blocks, again) => {
    const seen = tried(way);
    expect(seen.blocks.join(', ')).toBe(blocks);
    expect(seen.response).toEqual(way.response ?? bytes(40));
    expect(seen.carriedOut).toEqual([way.command ?? bytes(20)]);
    expect(seen.again).toBe(again);
  });

  test('sent again twice, and not a third time', () => {
    const lost = tried({ broken: [0, 1, 2] });
    expect(lost).toMatchObject({ response: undefined, again: 2, carriedOut: [] });
    expect(lost.blocks.join(', ')).toBe('R 02, R b2, R b2');
    // Three frame waiting times of 77 ms: nothing came.
    expect(lost.ms).toBeGreaterThan(3 * 77);
    // The card has paid, and the reader never hears of it.
    expect(tried({ broken: [1, 3, 5] })).toMatchObject({ response: undefined, carriedOut: [bytes(20)] });
  });
});

test('an air without trouble takes as long as it is said to', () => {
  for (const [command, response] of [
    [5, 2],
    [253, 253],
    [254, 507],
  ] as const)
    expect(tried({ command: bytes(command), response: bytes(response) }).ms).toBeCloseTo(
      airMs(command) + airMs(response),
    );
  expect(tried({ workMs: 3000 }).ms).toBeGreaterThan(3000);
});

test('whatever breaks, a command is carried out once or never, and what arrives is right', () => {
  const commands = fc.array(
    fc.record({ command: fc.integer({ min: 1, max: 600 }), response: fc.integer({ min: 2, max: 600 }) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(commands, fc.array(fc.nat(30), { maxLength: 12 }), fc.nat(400), (all, broken, workMs) => {
      const numbers = firstBlockNumbers();
      for (const { command, response } of all) {
        const seen = tried({ command: bytes(command), response: bytes(response), workMs, broken, numbers });
        expect(seen.carriedOut.length).toBeLessThanOrEqual(1);
        if (seen.response === undefined) return;
        expect(seen.response).toEqual(bytes(response));
        expect(seen.carriedOut).toEqual([bytes(command)]);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.each(['node', 'quickjs'] as const)(
  'a sale in noise: blocks are sent again, time passes, the same each time [%s]',
  async (target) => {
    const logs: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      await using simulation = await simulate({ seed: 1, target });
      await using reader = await connect(simulation, simulation);
      await simulation.inject({ kind: 'noise', errorsPerMillionBits: 180 });
      simulation.tap('visa-debit');
      const paid = await reader.pay({ amount: { minor: 1250, currency: 'EUR' }, key: newKey('order') });
      expect(paid.status).toBe('approved');
      logs.push(JSON.stringify(simulation.log()));
    }
    expect(logs[1]).toBe(logs[0]);
    expect(logs[0]).toMatch(/block is sent again/);
  },
);
