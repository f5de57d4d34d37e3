/**
 * Bytes as somebody might read them who looks for digits: strings in which a digit stands for a digit and a point for anything else.
 * Floor: simulator tests; shares no code with the firmware, nor with the card that writes them.
 */
import type { Coding } from './codings.js';

const ANYTHING = '.';

/** @param coding told, since the codings that only an attacker knows are read only when the card used them */
export function digitViews(bytes: Uint8Array, coding: Coding): readonly string[] {
  return [bytes, ...decodedText(bytes), ...told(bytes, coding)].flatMap(plainViews);
}

function plainViews(bytes: Uint8Array): readonly string[] {
  const halves = [...bytes].map((byte): [number, number] => [byte >> 4, byte & 15]);
  // Separators of any kind and the zero bytes of UTF-16 are nothing.
  const text = byBytes(bytes, 0x30).replaceAll(ANYTHING, '');
  const unpacked = byBytes(bytes, 0x00);
  return [
    halves.flat().map(digit).join(''),
    halves.map(([high, low]) => digit(low) + digit(high)).join(''),
    byBytes(bytes, 0x30),
    text,
    byBytes(bytes, 0xf0).replaceAll(ANYTHING, ''),
    unpacked,
    ...everyOther(unpacked),
  ];
}

function digit(value: number): string {
  return value >= 0 && value <= 9 ? String(value) : ANYTHING;
}

function byBytes(bytes: Uint8Array, zero: number): string {
  let view = '';
  for (const byte of bytes) view += digit(byte - zero);
  return view;
}

function everyOther(view: string): readonly string[] {
  return [0, 1].map((first) => [...view].filter((_, at) => at % 2 === first).join(''));
}

/** Runs of hexadecimal text and base64, long enough for five digits, from wherever they may begin. */
function decodedText(bytes: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1');
  const hexadecimal = (text.match(/[0-9A-Fa-f]{10,}/g) ?? []).flatMap((run) => [run, run.slice(1)]);
  const base64 = (text.match(/[A-Za-z0-9+/_-]{4,}/g) ?? []).flatMap((run) =>
    [0, 1, 2, 3].map((from) => run.slice(from)),
  );
  return [...hexadecimal.map((run) => Buffer.from(run, 'hex')), ...base64.map((run) => Buffer.from(run, 'base64'))];
}

const XOR_KEY = 0x5a;
const FIRST_LETTER = 0x41;

function told(bytes: Uint8Array, coding: Coding): readonly Uint8Array[] {
  switch (coding) {
    case 'XOR of packed':
      return [bytes.map((byte) => byte ^ XOR_KEY)];
    case 'letters for digits':
      return [bytes.map((byte) => byte - FIRST_LETTER + 0x30)];
    case 'complements of digits':
      return [bytes.map((byte) => (byte >= 0x30 && byte <= 0x39 ? 0x69 - byte : byte))];
    default:
      return [];
  }
}
