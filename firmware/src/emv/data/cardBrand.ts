/**
 * The brand of the number must agree with the network of the application: a card that shows a Mastercard application
 * and a Visa number was tampered with on its way (card-brand mix-up).
 * Source: ISO/IEC 7812 ranges as the schemes publish them.   Floor: emv.
 */
import { digitAt } from './cardNumber.js';

interface NumberRange {
  /** First two digits, from and to, both included. */
  readonly from: number;
  readonly to: number;
}

/** By RID in hexadecimal. A network that isn't here co-badges any number. */
const RANGES: readonly { readonly rid: readonly number[]; readonly ranges: readonly NumberRange[] }[] = [
  { rid: [0xa0, 0x00, 0x00, 0x00, 0x03], ranges: [{ from: 40, to: 49 }] },
  {
    rid: [0xa0, 0x00, 0x00, 0x00, 0x04],
    ranges: [
      { from: 20, to: 29 },
      { from: 50, to: 69 },
    ],
  },
  {
    rid: [0xa0, 0x00, 0x00, 0x00, 0x25],
    ranges: [
      { from: 34, to: 34 },
      { from: 37, to: 37 },
    ],
  },
  { rid: [0xa0, 0x00, 0x00, 0x00, 0x65], ranges: [{ from: 35, to: 35 }] },
];

/**
 * @param aid    application identifier that was selected
 * @param number card number, packed
 */
export function brandAgrees(aid: Uint8Array, number: Uint8Array): boolean {
  const network = RANGES.find(({ rid }) => rid.every((byte, i) => aid[i] === byte));
  if (network === undefined) return true;
  const start = digitAt(number, 0) * 10 + digitAt(number, 1);
  return network.ranges.some(({ from, to }) => start >= from && start <= to);
}
