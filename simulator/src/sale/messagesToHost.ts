/**
 * What left a reader, taken from the reports that crossed the host link: nothing else leaves it.
 * Floor: simulator.
 */
import {
  COMMAND,
  createReassemblyBuffer,
  decodeMessage,
  IDLE,
  type Message,
  NO_PARTS,
  type Parts,
  type Reassembly,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import type { TranscriptEntry } from '../simulate.js';

/** The reader's messages, in order. @param transcript of one host on one channel */
export function messagesToHost(transcript: readonly TranscriptEntry[]): readonly Message[] {
  const buffer = createReassemblyBuffer();
  const messages: Message[] = [];
  let reassembly: Reassembly = IDLE;
  let parts: Parts = NO_PARTS;
  for (const { atMs, direction, report } of transcript) {
    if (direction !== 'toHost') continue;
    const { state, event } = stepReassembly(reassembly, buffer, report, atMs);
    reassembly = state;
    if (event?.kind !== 'frame') continue;
    const { command, payload } = event.frame;
    if (command !== COMMAND.message && command !== COMMAND.part) continue;
    const step = stepParts(parts, command, payload);
    parts = step.kind === 'taken' ? step.parts : NO_PARTS;
    if (step.kind !== 'message') continue;
    const decoded = decodeMessage(step.message.slice());
    if (decoded.ok) messages.push(decoded.message);
  }
  return messages;
}
