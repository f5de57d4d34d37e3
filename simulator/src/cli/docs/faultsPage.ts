/**
 * docs/reference/faults.md and docs/reference/scenario-files.md, and the schema of scenario files: printed from the tables, and from our scenarios.
 * Floor: simulator cli.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type FieldRules, type Rule, saysOf, schemaOf } from '#files';
import { repositoryFile } from '../../machine/repositoryFile.js';
import { FAULTS } from '../../simulation/faults/fault.js';
import { CHIP_SAMPLE, type OnTheChip, onTheChip } from '../../trials/scenarios/onTheChip.js';
import { type NamedScenario, type Reached, reachedErrors, reachedResults } from '../../trials/scenarios/reach.js';
import { scenarioAt } from '../../trials/scenarios/readScenario.js';
import { SCENARIO_RULE } from '../../trials/scenarios/scenario.js';
import { shareSchema } from './sharedSchema.js';

const FOLDER = 'test-vectors/scenarios';

/** @throws ScenarioFileError */
function ourScenarios(): readonly NamedScenario[] {
  const folder = repositoryFile(FOLDER) ?? FOLDER;
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => ({ name: basename(name, '.yaml'), scenario: scenarioAt(join(folder, name)) }));
}

/** What nothing reaches, a sentence each. */
export function reachFaults(): readonly string[] {
  const scenarios = ourScenarios();
  return [...reachedErrors(scenarios), ...reachedResults(scenarios)].flatMap(({ name, by }) =>
    by.length > 0 ? [] : [`no scenario in ${FOLDER} expects ${name}: write one that does, and its fault`],
  );
}

export function faultsPage(): string {
  const scenarios = ourScenarios();
  const kinds = Object.entries(FAULTS).flatMap(([kind, { meaning, fields }]) => [
    '',
    `## ${kind}`,
    '',
    `${meaning[0]?.toUpperCase()}${meaning.slice(1)}.`,
    ...(Object.keys(fields).length === 0 ? [] : ['', ...fieldRows(fields)]),
  ]);
  return `${[
    FAULTS_HEAD,
    ...kinds,
    '',
    '## On which targets',
    '',
    '`node` and `quickjs` have all of them. What the emulated chip has not is refused by name, before a scenario runs.',
    '',
    '| fault | node, quickjs | pico |',
    '| --- | --- | --- |',
    ...Object.entries(FAULTS).map(
      ([kind, { notOnPico }]) => `| \`${kind}\` | yes | ${notOnPico === undefined ? 'yes' : `no: ${notOnPico}`} |`,
    ),
    '',
    '## Which errors they reach',
    '',
    'Each code of the SDK with the scenarios that expect it. `npm run check` fails when none does, and `npm run scenarios` when one is wrong.',
    '',
    ...reachRows(reachedErrors(scenarios)),
    '',
    '## Which results they reach',
    '',
    ...reachRows(reachedResults(scenarios)),
  ].join('\n')}\n`;
}

const FAULTS_HEAD = `# Faults

Printed by \`npm run docs\` from \`simulator/src/simulation/faults/fault.ts\`. A fault is a value with a \`kind\`: what \`simulation.inject\` takes in a program, and \`fault:\`
in a [scenario file](scenario-files.md). Counts begin at 1, and where the fault is injected; each fault happens once. What
happens in the air happens to blocks of ISO-DEP ([why](../decisions/0060-blocks-where-the-air-is-broken.md)).`;

export function scenarioFilesPage(): string {
  const scenarios = ourScenarios();
  const rows = scenarios.map(
    ({ name, scenario: { title, story } }) => `| [${name}](../../${FOLDER}/${name}.yaml) | ${title} | ${story} |`,
  );
  return `${[
    SCENARIOS_HEAD,
    '',
    '## The file',
    '',
    ...fieldRows(SCENARIO_RULE.fields),
    '',
    ...stepTables(),
    '## Ours',
    '',
    '| scenario | | what happens |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## On which targets',
    '',
    TARGETS_HEAD,
    '',
    ...chipRows(scenarios),
  ].join('\n')}\n`;
}

const SCENARIOS_HEAD = `# Scenario files

Printed by \`npm run docs\` from \`simulator/src/trials/scenarios/scenario.ts\`. A scenario is YAML or JSON; [run scenarios](../how-to/run-scenarios.md) tells how to run one.
[The schema](../../test-vectors/schema/scenario.schema.json) gives an editor its completion: its first line is
\`# yaml-language-server: $schema=PATH\`, and where the package is installed PATH is \`node_modules/@comptoir/simulator/dist/schema/scenario.schema.json\`. What is expected may be a part: an object may have more fields than are expected, a list may not be longer.`;

function stepTables(): readonly string[] {
  const steps = SCENARIO_RULE.fields['steps']?.rule;
  const step = steps?.is === 'list' ? steps.of : undefined;
  if (step?.is !== 'one') return [];
  const during = step.with['during']?.rule;
  const meanwhile = during?.is === 'list' && during.of.is === 'one' ? during.of.with : {};
  const calls = Object.entries(step.of).flatMap(([name, { rule }]) =>
    rule.is === 'object' && Object.keys(rule.fields).length > 0
      ? [`### ${name}`, '', ...fieldRows(rule.fields), '']
      : [],
  );
  const intro = (text: string): readonly string[] => [text, ''];
  return [
    '## A step',
    '',
    ...intro('One of these:'),
    ...fieldRows(step.of),
    '',
    ...intro('With any of these, when it is a call:'),
    ...fieldRows(step.with),
    '',
    ...intro('What happens in `during` is one of the actions, with:'),
    ...fieldRows(meanwhile),
    '',
    ...calls,
  ];
}

function fieldRows(fields: FieldRules): readonly string[] {
  return [
    '| field | | value | meaning; what holds without it |',
    '| --- | --- | --- | --- |',
    ...Object.entries(fields).map(
      ([name, { rule, meaning, isRequired }]) =>
        `| \`${name}\` | ${isRequired ? 'required' : ''} | ${shortly(rule)} | ${meaning} |`,
    ),
  ];
}

function shortly(rule: Rule): string {
  return rule.is === 'variant' || rule.is === 'one' ? 'an object' : saysOf(rule);
}

function reachRows(reached: readonly Reached[]): readonly string[] {
  return [
    '| | scenarios | faults in them |',
    '| --- | --- | --- |',
    ...reached.map(({ name, by, faults }) => {
      const links = by.map((scenario) => `[${scenario}](../../${FOLDER}/${scenario}.yaml)`).join(', ');
      return `| \`${name}\` | ${links} | ${faults.map((kind) => `\`${kind}\``).join(', ')} |`;
    }),
  ];
}

/** @returns JSON Schema, with a line end at its end */
export function scenarioSchemaText(): string {
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'A Comptoir scenario' };
  return `${JSON.stringify({ ...schema, ...shareSchema(schemaOf(SCENARIO_RULE)) }, null, 2)}\n`;
}

const TARGETS_HEAD = `On \`node\` and \`quickjs\` all of them pass. On the emulated chip, as \`npm run scenarios:chip\` proves one by one and
\`npm run test:chip\` for a sample (${CHIP_SAMPLE.join(', ')}):`;

const CHIP_WORDS: Readonly<Record<OnTheChip['comes'], string>> = {
  same: 'the same: what was said, what cards were asked, what banks took',
  passes: 'passes, and',
  otherwise: 'not as expected:',
  not: 'refused:',
};

function chipRows(scenarios: readonly NamedScenario[]): readonly string[] {
  const named = new Map<string, string[]>();
  for (const one of scenarios) {
    const found = onTheChip(one);
    const word = found.comes === 'same' ? CHIP_WORDS.same : `${CHIP_WORDS[found.comes]} ${found.why}`;
    named.set(word, [...(named.get(word) ?? []), one.name]);
  }
  const rows = [...named].map(([word, names]) => `| ${word} | ${names.length} | ${names.join(', ')} |`);
  return ['| on the chip | | scenarios |', '| --- | --- | --- |', ...rows];
}
