/**
 * The command line of `replay`.
 * Floor: simulator.
 */
import { parseArgs } from 'node:util';
import type { TargetName } from '../targets/target.js';
import { isTargetName, targetNames } from '../targets/targets.js';

export interface ReplayOptions {
  readonly folder: string;
  readonly targets: readonly TargetName[];
  /** Path of the JUnit file. */
  readonly junit: string | undefined;
  /** Path of a table of CA public keys. */
  readonly keyFile: string | undefined;
}

export const REPLAY_USAGE: string = `usage: replay DIR [--target ${targetNames.join('|')}|all] [--junit FILE] [--capks FILE]`;

/** @throws Error with a sentence when the command line is wrong */
export function parseReplayOptions(args: readonly string[]): ReplayOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { target: { type: 'string', default: 'quickjs' }, junit: { type: 'string' }, capks: { type: 'string' } },
  });
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0) throw new Error('replay takes one folder of vectors');
  return { folder, targets: targetsOf(values.target), junit: values.junit, keyFile: values.capks };
}

function targetsOf(name: string): readonly TargetName[] {
  if (name === 'all') return targetNames;
  if (isTargetName(name)) return [name];
  throw new Error(`there is no target ${name}; there are ${targetNames.join(', ')} and all`);
}
