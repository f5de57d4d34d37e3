import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createReassemblyBuffer,
  decodeMessage,
  FIELDS,
  type FieldName,
  fromHex,
  IDLE,
  MESSAGES,
  type MessageName,
  OUTCOME,
  PROMPT,
  type Reassembly,
  STATUS,
  stepReassembly,
} from '@comptoir/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addDocsCommand } from '../../src/cli/docs/docsCommand.js';
import { EXAMPLES } from '../../src/cli/docs/exampleMessages.js';
import { protocolReference } from '../../src/cli/docs/protocolReference.js';
import { run } from '../../src/cli/run.js';

const page = protocolReference();
const messageNames = Object.keys(MESSAGES) as MessageName[];

/** The part of the page below a heading, up to the next one of its level or above. */
function below(heading: string): string {
  const from = page.indexOf(`\n### ${heading}\n`);
  const to = page.slice(from + 5).search(/\n##/);
  return page.slice(from, to < 0 ? undefined : from + 5 + to);
}

/** The content of the fenced blocks of a text. */
function blocks(text: string): string[][] {
  return [...text.matchAll(/```text\n([^`]*)```/g)].map((match) => (match[1] ?? '').trimEnd().split('\n'));
}

/** A line of reports, as bytes. */
function reportOf(line: string): Uint8Array {
  const [bytes = '', zeros] = line.split(' + ');
  const count = zeros === undefined ? 0 : Number.parseInt(zeros, 10);
  return fromHex(bytes.replaceAll(' ', '') + '00'.repeat(count)) ?? Uint8Array.of();
}

describe('the reference of the protocol', () => {
  test('the page in the repository is the printed one', () => {
    expect(readFileSync(new URL('../../../docs/reference/protocol.md', import.meta.url), 'utf8')).toBe(page);
  });

  test('the same each time', () => expect(protocolReference()).toBe(page));

  test('names every field, outcome, prompt and status', () => {
    for (const name of Object.keys(FIELDS) as FieldName[]) expect(page).toContain(`| ${name} |`);
    for (const name of Object.keys({ ...OUTCOME, ...PROMPT, ...STATUS })) expect(page).toContain(`| ${name} |`);
  });

  test.each(messageNames.filter((name) => MESSAGES[name].from !== 'stored'))(
    'the reports printed for %s carry the example',
    (name) => {
      const buffer = createReassemblyBuffer();
      let state: Reassembly = IDLE;
      let payload: Uint8Array | undefined;
      for (const line of blocks(below(name)).at(-1) ?? []) {
        const step = stepReassembly(state, buffer, reportOf(line), 0);
        state = step.state;
        if (step.event?.kind === 'frame') payload = step.event.frame.payload;
      }
      expect(payload && decodeMessage(payload)).toEqual({ ok: true, message: EXAMPLES[name] });
    },
  );

  test.each(messageNames)('the BER-TLV printed for %s is the example', (name) => {
    const lines = blocks(below(name))[1] ?? [];
    const bytes = lines.map((line) => line.trim().split('  ')[0]?.replaceAll(' ', '')).join('');
    expect(decodeMessage(fromHex(bytes) ?? Uint8Array.of())).toEqual({ ok: true, message: EXAMPLES[name] });
  });
});

describe('docs --check', () => {
  let top = '';
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'docs-'));
  });
  afterEach(() => rmSync(top, { recursive: true }));

  test('fails without the page, passes with it, and says which line was changed', async () => {
    const said: string[] = [];
    const around = { out: () => undefined, err: (line: string) => said.push(line), ended: AbortSignal.any([]) };
    const docs = (...args: readonly string[]): Promise<number> =>
      run(['docs', ...args], around, [(program, given) => addDocsCommand(program, given, top)]);
    expect(await docs('--check')).toBe(1);
    expect(await docs()).toBe(0);
    expect(await docs('--check')).toBe(0);
    const file = join(top, 'docs/reference/protocol.md');
    writeFileSync(file, readFileSync(file, 'utf8').replace('| pay |', '| play |').replace('## INIT', '## INITIAL'));
    expect(await docs('--check')).toBe(1);
    expect(said.at(-1)).toContain('## INITIAL');
    expect(await docs('--what')).toBe(2);
    expect(await docs('more')).toBe(2);
  });
});
