/**
 * Scenario files: YAML, and so JSON too.
 * Floor: simulator trials.
 */

import { parseDocument } from 'yaml';
import { faultIn } from '#files';
import { readShortFile } from '#files/disk';
import { SCENARIO_RULE, type Scenario } from './scenario.js';
import { withoutEffect } from './withoutEffect.js';

/** A file that can't be a scenario. */
const FILE_BYTES_MAX = 262_144;
/** Of anchors that stand for each other: no file of ours has any. */
const ALIASES_MAX = 100;

export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

type ScenarioResult =
  | { readonly ok: true; readonly scenario: Scenario }
  /** A sentence that says where. */
  | { readonly ok: false; readonly problem: string };

/** @param text untrusted */
export function readScenario(text: string): ScenarioResult {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) return { ok: false, problem: error.message };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (fault) {
    return { ok: false, problem: fault instanceof Error ? fault.message : String(fault) };
  }
  const fault = faultIn(value, SCENARIO_RULE);
  if (fault !== undefined) return { ok: false, problem: `${fault.at === '' ? 'it' : fault.at} ${fault.must}` };
  // The rule above is this type.
  const scenario = value as Scenario;
  const problem = withoutEffect(scenario);
  return problem === undefined ? { ok: true, scenario } : { ok: false, problem };
}

/** @throws ScenarioFileError that says what must be what */
export function scenarioAt(path: string): Scenario {
  let bytes: Uint8Array;
  try {
    bytes = readShortFile(path, FILE_BYTES_MAX);
  } catch (fault) {
    throw new ScenarioFileError(fault instanceof Error ? fault.message : String(fault));
  }
  const read = readScenario(new TextDecoder().decode(bytes));
  if (!read.ok) throw new ScenarioFileError(`${path}: ${read.problem}.`);
  return read.scenario;
}
