/** docs/reference/card-commands.md names what the commands know. */
import { readFileSync } from 'node:fs';
import { seededBytes } from '@comptoir/crypto/seed';
import {
  createCardIssuer,
  newIssuerFile,
  readPreferencesDescription,
  readProfileDescription,
  readSignedObjects,
  refusalWords,
} from '@comptoir/issuer';
import { latin1ToBytes } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';

const page = readFileSync(new URL('../../../docs/reference/card-commands.md', import.meta.url), 'utf8');
const COMMON = { id: 'a', label: 'A', account: 1 };

/** What the refusal of an unknown field says is known there. */
function known(
  read: ReturnType<typeof readProfileDescription> | ReturnType<typeof readPreferencesDescription>,
): string[] {
  const rule = read.ok ? '' : read.rule;
  return (/known are (.*)$/.exec(rule)?.[1] ?? '').split(', ');
}

test('every field of a description', () => {
  const unknown = { colour: 1 };
  const fields = [
    known(readProfileDescription({ kind: 'bank', id: 'a', application: 'x', ...unknown })),
    known(readProfileDescription({ kind: 'account', ...COMMON, ...unknown })),
    known(readProfileDescription({ kind: 'gift', currency: 'EUR', ...COMMON, ...unknown })),
    known(readProfileDescription({ kind: 'loyalty', ...COMMON, ...unknown })),
    known(readProfileDescription({ kind: 'coupon', ...COMMON, rule: { percent: 1 }, ...unknown })),
    known(readProfileDescription({ kind: 'coupon', ...COMMON, rule: { percent: 1, ...unknown } })),
    known(readPreferencesDescription(unknown)),
    known(readPreferencesDescription({ rules: [{ use: 'a', ...unknown }] })),
  ];
  expect(fields.map((names) => names.length)).toEqual([12, 12, 10, 9, 11, 11, 3, 7]);
  for (const name of fields.flat()) expect(page).toContain(`\`${name}\``);
});

test('its example of preferences', () => {
  const example: unknown = JSON.parse(page.split('```json\n')[1]?.split('```')[0] ?? '');
  const read = readPreferencesDescription(example);
  expect(read.ok && read.value.rules.map(({ use, never }) => [use !== undefined, never !== undefined])).toEqual([
    [false, true],
    [true, false],
  ]);
});

test('every refusal', () => {
  const random = seededBytes('page');
  const { signing } = newIssuerFile(random);
  const keys = { position: 1, signing, wrapping: random(16) };
  const issuer = createCardIssuer({ card: random(8), keys, sequence: 0, random });
  const read = readSignedObjects(issuer.block(latin1ToBytes('gift')));
  const object = read.ok ? read.objects[0] : undefined;
  if (object === undefined) throw new Error('a signed object was expected');
  for (const [sw, facts] of [
    [0x6581, {}],
    [0x6700, {}],
    [0x6a80, {}],
    [0x6a84, { profiles: 32 }],
    [0x6985, { identifier: object.card }],
  ] as const)
    expect(page).toContain(refusalWords(sw, object, facts));
});

test('every command, as its help does', async () => {
  const out: string[] = [];
  await run(['card', '--help'], { out: (text) => out.push(text), err() {}, ended: AbortSignal.abort() });
  const names = [...out.join('\n').matchAll(/^ {2}([a-z]+) .*/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== 'help');
  expect(names).toContain('press');
  for (const name of names) expect(page).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm'));
});
