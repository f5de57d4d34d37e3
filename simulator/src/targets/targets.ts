/** The targets by name.   Floor: simulator. */
import { nodeTarget } from './node.js';
import { quickjsTarget } from './quickjs.js';
import type { Target, TargetName } from './target.js';

const TARGETS: Readonly<Record<TargetName, Target>> = { node: nodeTarget, quickjs: quickjsTarget };

export const targetNames: readonly TargetName[] = ['node', 'quickjs'];

export function findTarget(name: TargetName): Target {
  return TARGETS[name];
}

export function isTargetName(name: string): name is TargetName {
  return Object.hasOwn(TARGETS, name);
}
