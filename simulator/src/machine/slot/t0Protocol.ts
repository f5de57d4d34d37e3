/**
 * A card that speaks T=0: it knows by the instruction whether data come, and holds its answer back for GET RESPONSE.
 * Source: ISO/IEC 7816-3 §10; EMV 4.4 Book 1 §9.2.2.3, §9.3.1.   Floor: simulator machine.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import { INS } from '../commandApdu.js';
import type { AskCard, CardProtocol } from './cardCharacters.js';

const HEADER_BYTES = 5;
const WAIT = 0x60;
/** The others bring data with them, scripts of an issuer among them. */
const ONLY_ASK: ReadonlySet<number> = new Set([INS.readRecord, INS.getResponse, INS.getData, 0x84]);

interface T0Style {
  /** Data go byte by byte, each with a procedure byte of its own. */
  readonly isStepwise: boolean;
  /** How often the card asks for more time before each answer. */
  readonly waits: number;
}

export function t0Protocol(ask: AskCard, { isStepwise, waits }: T0Style): CardProtocol {
  let got: number[] = [];
  let waiting = NO_BYTES;

  function isComplete(): boolean {
    return got.length === HEADER_BYTES + ((ONLY_ASK.has(got[1] ?? 0) ? 0 : got[4]) ?? 0);
  }
  function answer(command: Uint8Array): Uint8Array {
    const [, ins = 0, , , p3 = 0] = command;
    const isAsking = ONLY_ASK.has(ins);
    const isOwn = ins === INS.getResponse && waiting.length > 0;
    const whole = isOwn ? concatBytes(waiting, Uint8Array.of(0x90, 0)) : ask(isAsking ? command : withLe(command));
    if (whole.length < 2) return NO_BYTES;
    const data = whole.subarray(0, -2);
    const pauses = new Uint8Array(waits).fill(WAIT);
    if (data.length === 0) return concatBytes(pauses, whole);
    if (!isAsking) {
      waiting = data.slice();
      return concatBytes(pauses, Uint8Array.of(0x61, data.length & 0xff));
    }
    if (data.length % 256 !== p3) return Uint8Array.of(0x6c, data.length & 0xff);
    if (isOwn) waiting = NO_BYTES;
    const sent = isStepwise ? Uint8Array.from([...data].flatMap((byte) => [ins ^ 0xff, byte])) : [ins, ...data];
    return concatBytes(pauses, Uint8Array.from(sent), whole.subarray(-2));
  }
  return {
    receive(byte) {
      got.push(byte);
      const [, ins = 0] = got;
      if (got.length < HEADER_BYTES) return NO_BYTES;
      if (isComplete()) {
        const command = Uint8Array.from(got);
        got = [];
        return answer(command);
      }
      if (isStepwise) return Uint8Array.of(ins ^ 0xff);
      return got.length === HEADER_BYTES ? Uint8Array.of(ins) : NO_BYTES;
    },
  };
}

/** What T=0 doesn't carry, and the card's application expects. */
function withLe(command: Uint8Array): Uint8Array {
  return command.length > HEADER_BYTES ? concatBytes(command, Uint8Array.of(0)) : command.subarray(0, HEADER_BYTES - 1);
}
