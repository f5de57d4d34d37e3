/** The keys of a session, made again from what its host drew and what crossed the cable: what a scan of the reader's memory looks for. */
import {
  COMMAND,
  createReassemblyBuffer,
  type Frame,
  IDLE,
  NO_PARTS,
  type Reassembly,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import { linkPrologue } from '@comptoir/protocol/link';
import { type NoiseCipher, NoiseInitiator } from '../../../sdk/src/link/session/noiseInitiator.js';

export interface CrossedReport {
  readonly direction: 'toReader' | 'toHost';
  readonly report: Uint8Array;
}

/** @param drawn each answer of the till's source of randomness, in order @returns both keys of the last session, 32 bytes each; none in version 1 */
export function linkKeys(crossed: readonly CrossedReport[], drawn: readonly Uint8Array[]): readonly Uint8Array[] {
  const asked = framesOf(crossed, 'toReader');
  const answered = framesOf(crossed, 'toHost');
  const init = asked.findLastIndex(({ command }) => command === COMMAND.init);
  const initAnswer = answered.findLastIndex(({ command }) => command === COMMAND.init);
  const [request, answer] = [asked[init]?.payload, answered[initAnswer]?.payload];
  if (request === undefined || answer === undefined) return [];
  const first = asked
    .slice(init)
    .find(({ command }) => command === COMMAND.message)
    ?.payload.slice();
  const second = messageIn(answered.slice(initAnswer + 1));
  const pairs = drawn.filter(({ length }) => length === 32);
  for (let at = pairs.length - 2; at >= 0; at -= 1) {
    const scalars = pairs.slice(at, at + 2).map((scalar) => scalar.slice());
    const host = new NoiseInitiator(linkPrologue(request, answer), () => scalars.shift() ?? new Uint8Array(32));
    if (Buffer.compare(host.first(), first ?? new Uint8Array()) !== 0) continue;
    if (host.second(second) === undefined) throw new Error('message 2 is of another session');
    const opened = host.finish();
    if (opened === undefined) throw new Error('the session has no keys');
    return [keyOf(opened.sending), keyOf(opened.receiving)];
  }
  return [];
}

function keyOf(cipher: NoiseCipher): Uint8Array {
  return (cipher as unknown as { readonly key: Uint8Array }).key.slice();
}

function messageIn(frames: readonly Frame[]): Uint8Array {
  let parts = NO_PARTS;
  for (const { command, payload } of frames) {
    if (command !== COMMAND.part && command !== COMMAND.message) continue;
    const step = stepParts(parts, command, payload);
    if (step.kind === 'message') return step.message;
    if (step.kind === 'taken') parts = step.parts;
  }
  throw new Error('no message crossed the cable');
}

function framesOf(crossed: readonly CrossedReport[], direction: CrossedReport['direction']): readonly Frame[] {
  const frames: Frame[] = [];
  const buffer = createReassemblyBuffer();
  let state: Reassembly = IDLE;
  for (const { report } of crossed.filter((entry) => entry.direction === direction)) {
    const step = stepReassembly(state, buffer, report, 0);
    state = step.state;
    if (step.event?.kind === 'frame') frames.push({ ...step.event.frame, payload: step.event.frame.payload.slice() });
  }
  return frames;
}
