/**
 * The targets by name: engines that run the firmware's text, and the chip, which runs an image of it.
 * Floor: simulator machine.
 */
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

/** What a simulated reader can be made of. */
export type ReaderTargetName = TargetName | 'pico';

export const readerTargetNames: readonly ReaderTargetName[] = [...targetNames, 'pico'];

export function isReaderTargetName(name: string): name is ReaderTargetName {
  return name === 'pico' || isTargetName(name);
}
