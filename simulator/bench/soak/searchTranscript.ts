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

/** The reports as they are, and the payloads joined, so that a number across two reports is found; each way by itself. */
function streams(transcript: readonly TranscriptEntry[]): readonly Buffer[] {
  return (['toHost', 'toReader'] as const).flatMap((direction) => {
    const reports = transcript
      .filter((entry) => entry.direction === direction)
      .map(({ report }) => Buffer.from(report));
    const payloads = reports.map((report) => report.subarray((report[4] ?? 0) >= 0x80 ? 7 : 5));
    return [Buffer.concat(reports), Buffer.concat(payloads)];
  });
}
