/** The threat model names tests that are there; a threat without one is a fault. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { THREAT_MODEL, threatModelFaults } from '../../src/cli/docs/threatModel.js';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const row = (number: number, shown: string): string => `| ${number} | a threat | an answer | ${shown} |\n`;
const GOOD = '`sdk/acquirer/test/replayWindow.test.ts`: "at the edge of the window, and one below it"';

test('every test of the page is there', () => {
  expect(threatModelFaults(readFileSync(`${top}${THREAT_MODEL}`, 'utf8'), top)).toEqual([]);
});

test.each([
  ['a file that is gone', row(1, '`sdk/test/gone.test.ts`: "a name"'), 'threat 1: sdk/test/gone.test.ts is not there'],
  [
    'a test that is gone, behind one that is there',
    row(1, `${GOOD}, "a name"`),
    'threat 1: sdk/acquirer/test/replayWindow.test.ts has no test "a name"',
  ],
  [
    'part of a name',
    row(1, '`sdk/acquirer/test/replayWindow.test.ts`: "at the edge of the"'),
    'threat 1: sdk/acquirer/test/replayWindow.test.ts has no test "at the edge of the"',
  ],
  ['no test', row(1, 'somebody looked at it'), "threat 1 names no test, and isn't *open*"],
  ['a number twice', row(1, GOOD) + row(1, GOOD), 'the threats are not numbered from 1, one after another'],
  ['no threats', 'nothing', 'the threats are not numbered from 1, one after another'],
])('%s is a fault', (_, page, fault) => expect(threatModelFaults(page, top)).toEqual([fault]));

test('what is open needs no test', () => expect(threatModelFaults(row(1, '*open*'), top)).toEqual([]));
