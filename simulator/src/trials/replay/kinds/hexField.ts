/**
 * Bytes in the input of a record.
 * Floor: simulator trials.
 */
import { fromHex } from '@comptoir/protocol';
import { isObject } from '../vectorFiles.js';

/** @param input of a record @throws Error when the field is no hexadecimal text */
export function hexField(input: unknown, name: string): Uint8Array {
  const text = isObject(input) ? input[name] : undefined;
  const bytes = typeof text === 'string' ? fromHex(text) : undefined;
  if (bytes === undefined) throw new Error(`${name} is not hexadecimal`);
  return bytes;
}
