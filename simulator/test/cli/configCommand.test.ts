/** `comptoir config` from a JSON file to a reader that has it in force. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '@comptoir/sdk';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../../sdk/cli/src/config/load.js';
import { showConfiguration } from '../../../sdk/cli/src/config/show.js';
import { signConfiguration } from '../../../sdk/cli/src/config/sign.js';
import { validateConfiguration } from '../../../sdk/cli/src/config/validate.js';
import type { Output } from '../../../sdk/cli/src/session.js';
import { simulate } from '../../src/simulation/simulate.js';

const folder = mkdtempSync(join(tmpdir(), 'comptoir-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const EXAMPLE = fileURLToPath(new URL('../../../docs/reference/configuration.example.json', import.meta.url));

interface Said {
  result: unknown;
  lines: readonly string[];
  notes: string[];
}

function listening(): { readonly output: Output; readonly said: Said } {
  const said: Said = { result: undefined, lines: [], notes: [] };
  const output: Output = {
    note: (line) => void said.notes.push(line),
    print: (result, lines) => {
      said.result = result;
      said.lines = lines;
    },
  };
  return { output, said };
}

test('a good file is validated, signed, shown and loaded', async () => {
  const { output, said } = listening();
  expect(validateConfiguration(EXAMPLE, output)).toBe(0);
  expect(said.result).toMatchObject({ verdict: 'good', applications: 6 });
  expect(signConfiguration(EXAMPLE, { out: at('new'), sequence: '2' }, output)).toBe(0);
  expect(said.notes).toEqual(['signed with the development key: only development readers take it']);
  const { sha256 } = said.result as { readonly sha256: string };
  expect(showConfiguration(at('new'), undefined, output)).toBe(0);
  const example: { $schema?: string } = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  delete example.$schema;
  expect(said.result).toEqual({
    sequence: 2,
    model: 'any',
    serial: 'any',
    sha256,
    isSigned: true,
    configuration: example,
  });

  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  expect(await loadConfiguration(at('new'), { ...output, reader, operation: {} })).toBe(0);
  expect(said.lines).toEqual(['loaded', `in force: sequence 2, SHA-256 ${sha256}`]);
  expect(reader.info).toMatchObject({ configuration: { sequence: 2, sha256 }, languages: ['fr', 'en'] });
  expect(await loadConfiguration(at('new'), { ...output, reader, operation: {} })).toBe(0);
  expect(said.lines[0]).toBe('nothing to do: it is in force');
  expect(signConfiguration(EXAMPLE, { out: at('other'), sequence: '3', serial: 'OTHER' }, output)).toBe(0);
  expect(await loadConfiguration(at('other'), { ...output, reader, operation: {} })).toBe(1);
  expect(said.lines[0]).toBe(
    'refused: The reader does not take this configuration: it is for another model or another reader. (otherReader)',
  );
});

describe('what is wrong is told', () => {
  test('in a file, with field and rule', () => {
    const { output, said } = listening();
    writeFileSync(at('bad.json'), JSON.stringify({ ...JSON.parse(readFileSync(EXAMPLE, 'utf8')), terminalCountry: 0 }));
    expect(validateConfiguration(at('bad.json'), output)).toBe(1);
    expect(said.lines).toEqual([`${at('bad.json')}: terminalCountry must be a whole number from 1 to 999`]);
    expect(signConfiguration(at('bad.json'), { out: at('none'), sequence: '2' }, output)).toBe(1);
    expect(() => readFileSync(at('none'))).toThrow();
  });

  test('of a signature by another key', () => {
    const { output, said } = listening();
    const pem = execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout'], { encoding: 'utf8' });
    writeFileSync(at('key.pem'), pem);
    expect(signConfiguration(EXAMPLE, { out: at('own'), sequence: '2', key: at('key.pem') }, output)).toBe(0);
    expect(showConfiguration(at('own'), undefined, output)).toBe(1);
    expect(said.lines[2]).toBe('NOT signed with the development key');
    expect(showConfiguration(at('own'), at('key.pem'), output)).toBe(0);
  });

  test.each<[title: string, call: (output: Output) => unknown, message: string]>([
    ['no signed object', (output) => showConfiguration(EXAMPLE, undefined, output), 'no whole signed object'],
    ['no sequence', (output) => signConfiguration(EXAMPLE, { out: at('x'), sequence: '0' }, output), '1 at least'],
    ['no file', (output) => validateConfiguration(at('missing'), output), 'can not be read'],
    [
      'too long a serial number',
      (output) => signConfiguration(EXAMPLE, { out: at('x'), sequence: '1', serial: 'S'.repeat(17) }, output),
      '1 to 16',
    ],
  ])('%s', (_, call, message) => expect(() => call(listening().output)).toThrow(message));
});
