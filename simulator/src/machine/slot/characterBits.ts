/**
 * A character as bits of the line, the first one lowest: eight of data, in either convention, and parity.
 * Source: EMV 4.4 Book 1 §7.2, §8.1.   Floor: simulator machine.
 */

export function characterBits(byte: number, isInverse: boolean, isParityRight: boolean): number {
  const data = isInverse ? reversed(~byte & 0xff) : byte;
  const parity = (isOdd(data) !== isInverse) === isParityRight;
  return data | (parity ? 0x100 : 0);
}

export function readCharacter(bits: number, isInverse: boolean): { readonly byte: number; readonly isRight: boolean } {
  return { byte: isInverse ? reversed(~bits & 0xff) : bits & 0xff, isRight: isOdd(bits) === isInverse };
}

function isOdd(bits: number): boolean {
  let ones = 0;
  for (let rest = bits; rest !== 0; rest >>>= 1) ones ^= rest & 1;
  return ones === 1;
}

function reversed(byte: number): number {
  let turned = 0;
  for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0) turned |= 0x80 >> bit;
  return turned;
}
