/**
 * HID framing: a payload into 64-byte reports and back.
 * Source of the goals: issue and performance reference, G3.
 */
import { createRequire } from 'node:module';
import {
  COMMAND,
  createReassemblyBuffer,
  encodeFrame,
  FRAME_PAYLOAD_BYTES_MAX,
  IDLE,
  NO_PARTS,
  REPORT_SIZE_BYTES,
  reportCount,
  splitMessage,
  stepParts,
  stepReassembly,
  writeReport,
} from '@comptoir/protocol';
import { ratioRow } from './ratioRow.js';
import type { Row } from './row.js';

interface LedgerFraming {
  makeBlocks(apdu: Buffer): Uint8Array[];
  reduceResponse(sofar: unknown, block: Buffer): unknown;
  getReducedResult(sofar: unknown): Buffer | undefined;
}
// Its ES modules are not marked as such: Node takes the CommonJS ones.
const ledger = createRequire(import.meta.url)('@ledgerhq/devices/hid-framing') as {
  readonly default: (channel: number, reportBytes: number) => LedgerFraming;
};

const CHANNEL = 0x0000_0101;
const buffer = createReassemblyBuffer();
const report = new Uint8Array(REPORT_SIZE_BYTES);

type Through = (command: number, payload: Uint8Array) => Uint8Array;

/** The way the reader sends: one report, written again and again. */
function oneByOne(command: number, payload: Uint8Array): Uint8Array {
  const frame = { channel: CHANNEL, command, payload };
  const count = reportCount(payload.length);
  let state = IDLE;
  for (let number = 0; number < count; number += 1) {
    writeReport(report, frame, number);
    const step = stepReassembly(state, buffer, report, 0);
    if (step.event?.kind === 'frame') return step.event.frame.payload;
    state = step.state;
  }
  throw new Error('the frame did not come through');
}

/** The way the host sends: new reports, all at once. */
function allAtOnce(command: number, payload: Uint8Array): Uint8Array {
  let state = IDLE;
  for (const next of encodeFrame({ channel: CHANNEL, command, payload })) {
    const step = stepReassembly(state, buffer, next, 0);
    if (step.event?.kind === 'frame') return step.event.frame.payload;
    state = step.state;
  }
  throw new Error('the frame did not come through');
}

/** One frame up to 1,886 bytes, parts above: the same as on the wire. */
function ours(payload: Uint8Array, through: Through): Uint8Array {
  if (payload.length <= FRAME_PAYLOAD_BYTES_MAX) return through(COMMAND.message, payload);
  let parts = NO_PARTS;
  for (const frame of splitMessage(payload)) {
    const step = stepParts(parts, frame.command, through(frame.command, frame.payload));
    if (step.kind === 'message') return step.message;
    if (step.kind === 'fault') break;
    parts = step.parts;
  }
  throw new Error('the message did not come through');
}

function theirs(payload: Buffer): Buffer {
  const framing = ledger.default(CHANNEL, REPORT_SIZE_BYTES);
  let sofar: unknown;
  for (const block of framing.makeBlocks(payload)) {
    // Reports come from a device as Buffers; a view costs it no copy.
    sofar = framing.reduceResponse(sofar, Buffer.from(block.buffer, block.byteOffset, block.byteLength));
  }
  const result = framing.getReducedResult(sofar);
  if (result === undefined) throw new Error('the peer lost a payload');
  return result;
}

export function framingRows(): Row[] {
  return [64, 1024, 4096].flatMap((length) => {
    const payload = new Uint8Array(length).map((_, at) => at);
    const copy = Buffer.from(payload);
    const peer = (): unknown => theirs(copy);
    for (const through of [oneByOne, allAtOnce]) {
      if (Buffer.compare(ours(payload, through), copy) !== 0) throw new Error('other bytes came back');
    }
    if (Buffer.compare(theirs(copy), copy) !== 0) throw new Error('other bytes came back from the peer');
    const goal = length === 1024 ? 6 : undefined;
    return [
      ratioRow(
        `HID round trip, ${length} B, as the reader sends / Ledger hid-framing`,
        () => ours(payload, oneByOne),
        peer,
        goal,
      ),
      ratioRow(
        `HID round trip, ${length} B, as the host sends / Ledger hid-framing`,
        () => ours(payload, allAtOnce),
        peer,
      ),
    ];
  });
}
