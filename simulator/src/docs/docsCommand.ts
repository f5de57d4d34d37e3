/**
 * `docs`: writes the generated pages of docs/reference, or compares them with what is there.
 * Floor: simulator.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { protocolReference } from './protocolReference.js';

/** Page by path, from the top of the repository. */
const PAGES: Readonly<Record<string, () => string>> = { 'docs/reference/protocol.md': protocolReference };

/**
 * @param args `--check` compares and writes nothing
 * @param top  top of the repository
 * @returns the exit code: 0, 1 when a page differs, 2 when the command line is wrong
 */
export async function runDocsCommand(args: readonly string[], top: string = process.cwd()): Promise<number> {
  if (args.some((arg) => arg !== '--check')) {
    console.error('usage: docs [--check]');
    return 2;
  }
  const isCheck = args.includes('--check');
  let differing = 0;
  for (const [path, print] of Object.entries(PAGES)) {
    const file = join(top, path);
    const difference = firstDifference(existsSync(file) ? readFileSync(file, 'utf8') : undefined, print());
    if (difference === undefined) continue;
    if (isCheck) {
      differing += 1;
      console.error(`${path} differs from the code ${difference}; npm run docs prints it anew`);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, print());
      console.error(`printed ${path}`);
    }
  }
  return differing === 0 ? 0 : 1;
}

function firstDifference(present: string | undefined, printed: string): string | undefined {
  if (present === undefined) return 'because it is not there';
  if (present === printed) return undefined;
  const have = present.split('\n');
  const want = printed.split('\n');
  const at = want.findIndex((line, number) => line !== have[number]);
  const line = at < 0 ? want.length : at;
  return `in line ${line + 1}:\n  there:   ${have[line] ?? '(nothing)'}\n  printed: ${want[line] ?? '(nothing)'}\n`;
}
