/**
 * Which files a run is about: files as they are named, and of folders everything that is a scenario.
 * Floor: simulator trials.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ScenarioFileError } from './readScenario.js';

const ENDINGS: readonly string[] = ['.yaml', '.yml', '.json'];

/** @returns paths, those of a folder by name, with its folders @throws ScenarioFileError */
export function scenarioFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => ENDINGS.some((ending) => name.endsWith(ending)))
      .sort();
    if (files.length === 0) throw new ScenarioFileError(`The folder "${path}" holds no scenario.`);
    return files.map((name) => join(path, name));
  });
}
