/**
 * Looks for a card number in what crossed the host link, as it crossed and in clear. It shares no code with the firmware that hides it: it turns bytes
 * into text and searches that.
 */
import type { CrossedMessage, TranscriptEntry } from '@comptoir/simulator';

/**
 * @param number   digits of a test number
 * @param messages what the reports carry, in clear: most of it is sealed there
 * @returns the encodings in which it was found
 */
export function findNumber(
  transcript: readonly TranscriptEntry[],
  messages: readonly CrossedMessage[],
  number: string,
): readonly string[] {
  const found = new Set<string>();
  for (const stream of [...streams(transcript), ...messages.map(({ bytes }) => Buffer.from(bytes))]) {
    const hex = stream.toString('hex');
    const integer = BigInt(number).toString(16);
    const bigEndian = integer.padStart(integer.length + (integer.length % 2), '0');
    const littleEndian = (bigEndian.match(/../g) ?? []).reverse().join('');
    // Text digits are also the hexadecimal text of the packed number; hex digits cover packed numbers at either half byte.
    if (stream.toString('latin1').includes(number)) found.add('text');
    if (hex.includes(number)) found.add('packed');
    if (hex.includes(bigEndian)) found.add('integer');
    if (hex.includes(littleEndian)) found.add('integer, little endian');
  }
  return [...found];
}

/**
 * The reports as they are, and the payloads joined, so that a number across two reports is found; each way by itself. Without
 * the zeros that fill a report: behind a byte that is sealed they would look like a number that ends with many.
 */
function streams(transcript: readonly TranscriptEntry[]): readonly Buffer[] {
  return (['toHost', 'toReader'] as const).flatMap((direction) => {
    const reports = withoutFilling(transcript.filter((entry) => entry.direction === direction));
    const payloads = reports.map((report) => report.subarray(headBytes(report)));
    return [Buffer.concat(reports), Buffer.concat(payloads)];
  });
}

function withoutFilling(entries: readonly TranscriptEntry[]): readonly Buffer[] {
  const left = new Map<number, number>();
  return entries.map(({ report }) => {
    const bytes = Buffer.from(report);
    const channel = bytes.readUInt32BE(0);
    const isFirst = headBytes(bytes) === FIRST_HEAD_BYTES;
    const length = isFirst ? bytes.readUInt16BE(FIRST_HEAD_BYTES - 2) : (left.get(channel) ?? bytes.length);
    const used = bytes.subarray(0, headBytes(bytes) + length);
    left.set(channel, length - (used.length - headBytes(bytes)));
    return used;
  });
}

/** Channel, command and length, or channel and sequence. */
const FIRST_HEAD_BYTES = 7;
const NEXT_HEAD_BYTES = 5;

function headBytes(report: Buffer): number {
  return (report[4] ?? 0) >= 0x80 ? FIRST_HEAD_BYTES : NEXT_HEAD_BYTES;
}
