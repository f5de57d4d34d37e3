/**
 * `docs`: writes what is printed from tables, pages of docs/reference, or compares them with what is there.
 * Floor: simulator cli.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { repositoryFile } from '../../machine/repositoryFile.js';
import { openApiText } from '../../serve/openApi.js';
import { vectorSchemaText } from '../../trials/replay/vectorRules.js';
import { UsageError } from '../../trials/usageError.js';
import { cardFilesPage, cardSchemaText } from '../../world/cards/described/cardFilesPage.js';
import { testCardsPage } from '../../world/cards/testCardsPage.js';
import type { Surroundings } from '../surroundings.js';
import { EXIT } from '../usage.js';
import { ARCHITECTURE, architecturePage } from './architecturePage.js';
import { configurationExampleText, configurationPage, configurationSchemaText } from './configurationPage.js';
import { emvCoverage, emvCoverageFaults } from './emvCoverage.js';
import { faultsPage, reachFaults, scenarioFilesPage, scenarioSchemaText } from './faultsPage.js';
import { protocolReference } from './protocolReference.js';
import { THREAT_MODEL, threatModelFaults } from './threatModel.js';
import { vectorsPage } from './vectorsPage.js';

/** Page by path, from the top of the repository. */
const PAGES: Readonly<Record<string, () => string>> = {
  [ARCHITECTURE]: architecturePage,
  'docs/reference/protocol.md': protocolReference,
  'docs/reference/emv-coverage.md': emvCoverage,
  'docs/reference/test-cards.md': testCardsPage,
  'docs/reference/card-files.md': cardFilesPage,
  'docs/reference/card.schema.json': cardSchemaText,
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/configuration.schema.json': configurationSchemaText,
  'docs/reference/configuration.example.json': configurationExampleText,
  'docs/reference/faults.md': faultsPage,
  'docs/reference/scenario-files.md': scenarioFilesPage,
  'docs/reference/simulator.openapi.json': openApiText,
  'docs/reference/vectors.md': vectorsPage,
  'test-vectors/schema/scenario.schema.json': scenarioSchemaText,
  'test-vectors/schema/vectors.schema.json': vectorSchemaText,
};

interface DocsOptions {
  readonly check?: boolean;
}

/** @param top top of the repository */
export function addDocsCommand(program: Command, around: Surroundings, top: string = process.cwd()): void {
  program
    .command('docs')
    .description('prints the generated pages of the documentation')
    .option('--check', 'compares them with what is there instead, and writes nothing')
    .action((options: DocsOptions) => around.exit(runDocsCommand(options, around, top)));
}

/** @returns the exit code: 0, or 1 when a page differs */
function runDocsCommand({ check: isCheck = false }: DocsOptions, { err }: Surroundings, top: string): number {
  if (repositoryFile('test-vectors/scenarios') === undefined)
    throw new UsageError('The documentation is printed in its repository, which this package is not in.');
  const faults = [...emvCoverageFaults().map((fault) => `EMV coverage: ${fault}`), ...reachFaults()];
  for (const fault of faults) err(fault);
  const threats = join(top, THREAT_MODEL);
  const unproven = existsSync(threats) ? threatModelFaults(readFileSync(threats, 'utf8'), top) : [];
  for (const fault of unproven) err(`${THREAT_MODEL}: ${fault}`);
  let differing = faults.length + unproven.length;
  for (const [path, print] of Object.entries(PAGES)) {
    const file = join(top, path);
    const difference = firstDifference(existsSync(file) ? readFileSync(file, 'utf8') : undefined, print());
    if (difference === undefined) continue;
    if (isCheck) {
      differing += 1;
      err(`${path} differs from the code ${difference}; npm run docs prints it anew`);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, print());
      err(`printed ${path}`);
    }
  }
  return differing === 0 ? EXIT.well : EXIT.failed;
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
