/**
 * Kind engine.bigint: numbers that engines have printed wrongly, those whose length is a multiple of their digits. The reader computes
 * with none, but an engine that is wrong here isn't ours.
 * Floor: vectors.
 */
import type { VectorHandler } from './vectorInput.js';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

export const engineVectors: { readonly [kind: string]: VectorHandler } = {
  'engine.bigint': (input) => {
    const value = BigInt(`0x${input.text('value')}`);
    const radix = input.number('radix');
    const text = value.toString(radix);
    let back = BigInt(0);
    for (let at = 0; at < text.length; at += 1) back = back * BigInt(radix) + BigInt(DIGITS.indexOf(text.charAt(at)));
    return { text, back: back === value };
  },
};
