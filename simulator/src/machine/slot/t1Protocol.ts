/**
 * A card that speaks T=1, chaining both ways.
 * Source: ISO/IEC 7816-3 §11; EMV 4.4 Book 1 §9.2.4, §9.2.5.   Floor: simulator machine.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import type { AskCard, CardProtocol } from './cardCharacters.js';

const MORE = 0x20;
const SEQUENCE = 0x40;
const ABORT_REQUEST = 0xc2;
const SIZE_REQUEST = 0xc1;
const WAIT_REQUEST = 0xc3;
const WAIT_RESPONSE = 0xe3;

interface T1Style {
  /** How often the card asks for more time before each answer. */
  readonly waits: number;
  readonly aborts: boolean;
}

export function t1Protocol(ask: AskCard, { waits, aborts }: T1Style): CardProtocol {
  let got: number[] = [];
  let terminalBytesMax = 32;
  /** N(S) that is expected, and of the next own block. */
  let expected = 0;
  let own = 0;
  let command = NO_BYTES;
  let rest = NO_BYTES;
  let last = NO_BYTES;
  let waitsLeft = 0;
  let isAborting = aborts;

  function send(pcb: number, information: Uint8Array): Uint8Array {
    const body = [0, pcb, information.length, ...information];
    last = Uint8Array.of(...body, check(body));
    return last;
  }
  function ready(error: number): Uint8Array {
    const block = [0, 0x80 | (expected >> 2) | error, 0];
    // Not what is sent again when it gets lost: the terminal then asks for the block before.
    return Uint8Array.of(...block, check(block));
  }
  function sendInformation(): Uint8Array {
    const part = rest.subarray(0, terminalBytesMax);
    rest = rest.subarray(part.length);
    const pcb = own | (rest.length > 0 ? MORE : 0);
    own ^= SEQUENCE;
    return send(pcb, part);
  }
  function answer(): Uint8Array {
    if (isAborting) {
      isAborting = false;
      return send(ABORT_REQUEST, NO_BYTES);
    }
    if (waitsLeft > 0) {
      waitsLeft -= 1;
      return send(WAIT_REQUEST, Uint8Array.of(1));
    }
    rest = ask(command).slice();
    command = NO_BYTES;
    return rest.length === 0 ? NO_BYTES : sendInformation();
  }
  function take(pcb: number, information: Uint8Array): Uint8Array {
    if ((pcb & 0x80) === 0) {
      if ((pcb & SEQUENCE) !== expected) return ready(2);
      expected ^= SEQUENCE;
      command = concatBytes(command, information);
      if ((pcb & MORE) !== 0) return ready(0);
      waitsLeft = waits;
      return answer();
    }
    if ((pcb & 0xc0) === 0x80) {
      const isNext = (pcb & 0x10) << 2 === own;
      const isRequest = ((last[1] ?? 0) & 0xe0) === 0xc0;
      if (isNext && rest.length > 0 && !isRequest) return sendInformation();
      // The block before got lost, whoever's it was.
      return isNext && !isRequest ? ready(0) : last;
    }
    if (pcb === SIZE_REQUEST) {
      terminalBytesMax = information[0] ?? terminalBytesMax;
      return send(0xe1, information);
    }
    return pcb === WAIT_RESPONSE ? answer() : NO_BYTES;
  }
  return {
    receive(byte) {
      got.push(byte);
      const [nad = 0, pcb = 0, length] = got;
      if (length === undefined || got.length < length + 4) return NO_BYTES;
      const block = Uint8Array.from(got);
      got = [];
      if (nad !== 0 || check([...block]) !== 0) return ready(1);
      return take(pcb, block.subarray(3, -1));
    },
  };
}

function check(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
