/**
 * Where a card may be presented.
 * Floor: sdk values.
 */
import { INTERFACE } from '@comptoir/protocol';
import { usageError } from './errors.js';

export type Interfaces = keyof typeof INTERFACE;

/** @throws ReaderError `usage/invalid` */
export function checkInterfaces(interfaces: Interfaces | undefined): void {
  if (interfaces !== undefined && !Object.hasOwn(INTERFACE, interfaces))
    throw usageError('There is no such interface.');
}
