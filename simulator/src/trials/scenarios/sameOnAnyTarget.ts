/**
 * What must be the same on every target: what was said in clear, what cards were asked and how they answered, what banks took. Without times, without what
 * is random (each board has its own source), and without the name of the board.
 * Floor: simulator trials.
 */
import { decodeMessage, toHex } from '@comptoir/protocol';
import type { Simulation } from '../../simulation/simulate.js';

/** Fields of messages: times, randomness and what is made from it, the board. */
const OWN: readonly string[] = [
  'date',
  'time',
  'timeoutMs',
  'nonce',
  'transactionToken',
  'inquiredToken',
  'answerMac',
  'emvData',
  'envelope',
  'issuerAuthenticationData',
  'planId',
  'selectionRecord',
  'model',
];

/** @returns lines, fit to compare and not to print: they hold tokens */
export function sameOnAnyTarget(simulation: Pick<Simulation, 'messages' | 'steps' | 'acquirer'>): readonly string[] {
  return [
    ...simulation.messages().map(({ direction, bytes }) => `${direction} ${JSON.stringify(fieldsOf(bytes))}`),
    ...simulation.steps().map(({ name, sw }) => `${name} ${sw}`),
    ...simulation.acquirer.charges().map(({ key, amount, currency }) => `${key} ${amount} ${currency}`),
  ];
}

function fieldsOf(bytes: Uint8Array): unknown {
  const decoded = decodeMessage(bytes);
  return decoded.ok ? printable(decoded.message) : decoded.fault;
}

function printable(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, one]) => {
    if (!OWN.includes(name)) return [name, printable(one)];
    return [name, one instanceof Uint8Array ? one.length : 'its own'];
  });
  return Object.fromEntries(fields);
}
