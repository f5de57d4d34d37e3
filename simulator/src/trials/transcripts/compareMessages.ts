/**
 * The first difference between two messages, in words.
 * Floor: simulator trials.
 */
import { decodeMessage, toHex } from '@comptoir/protocol';

/** What may be another one each time the same thing is said. */
const FREE_WHEN_LENIENT: readonly string[] = ['date', 'time', 'nonce', 'timeoutMs', 'transactionToken'];

/**
 * @param isStrict every field counts; otherwise times, nonces and tokens may differ
 * @returns such as `pay: amount: expected 1250, seen 900`; undefined: none
 */
export function messageDifference(expected: Uint8Array, seen: Uint8Array, isStrict: boolean): string | undefined {
  const [wanted, given] = [fieldsOf(expected), fieldsOf(seen)];
  if (wanted['kind'] !== given['kind'])
    return `expected the message ${text(wanted['kind'])}, seen ${text(given['kind'])}`;
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(given)])) {
    if (!isStrict && FREE_WHEN_LENIENT.includes(name)) continue;
    if (text(wanted[name]) !== text(given[name]))
      return `${text(wanted['kind'])}: ${name}: expected ${text(wanted[name])}, seen ${text(given[name])}`;
  }
  return undefined;
}

function fieldsOf(message: Uint8Array): Readonly<Record<string, unknown>> {
  const decoded = decodeMessage(message);
  return decoded.ok ? { ...decoded.message } : { kind: `that does not decode (${decoded.fault})` };
}

function text(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === 'object'
    ? JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? toHex(one) : one))
    : String(value);
}
