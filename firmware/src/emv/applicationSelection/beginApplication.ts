/**
 * The reader's own data objects that depend on which application the transaction goes on with.
 * Source: EMV 4.4 Book 4 Annex A.   Floor: emv.
 */
import {
  TAG_9F1B_TERMINAL_FLOOR_LIMIT,
  TAG_9F06_TERMINAL_APPLICATION_IDENTIFIER,
  TAG_9F09_TERMINAL_APPLICATION_VERSION_NUMBER,
  unsignedToBytes,
} from '@comptoir/protocol';
import { CAUTIOUS, type TerminalParameters } from '../data/terminalParameters.js';
import type { AcceptedApplication } from './candidateList.js';

/** Sets 9F06, 9F09 and 9F1B. @returns what the acquirer wants of it */
export function beginApplication(
  terminal: Map<number, Uint8Array>,
  { aid, parameters = CAUTIOUS }: AcceptedApplication,
): TerminalParameters {
  terminal.set(TAG_9F06_TERMINAL_APPLICATION_IDENTIFIER, aid);
  terminal.set(TAG_9F1B_TERMINAL_FLOOR_LIMIT, unsignedToBytes(parameters.floorLimit, 4));
  if (parameters.version !== undefined) terminal.set(TAG_9F09_TERMINAL_APPLICATION_VERSION_NUMBER, parameters.version);
  else terminal.delete(TAG_9F09_TERMINAL_APPLICATION_VERSION_NUMBER);
  return parameters;
}
